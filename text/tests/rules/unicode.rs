use pystm_text::Units;
use pystm_text::unicode::*;

use crate::{string, text, wide};

#[test]
fn upper_of_sharp_s_is_two_letters() {
    assert_eq!(string(&upper(text("straße").as_units())), "STRASSE");
}

#[test]
fn lower_final_sigma() {
    assert_eq!(string(&lower(text("ΟΔΟΣ ΣΑΣ").as_units())), "οδος σας");
}

#[test]
fn lower_sigma_looks_past_apostrophe() {
    assert_eq!(string(&lower(text("ΑΣ'Α ΑΣ'").as_units())), "ασ'α ας'");
}

#[test]
fn title_restarts_after_apostrophe() {
    assert_eq!(string(&title(text("they're ǆ ﬁ").as_units())), "They'Re ǅ Fi");
}

#[test]
fn capitalize_lowers_the_rest() {
    assert_eq!(string(&capitalize(text("ßABC").as_units())), "Ssabc");
}

#[test]
fn casefold_cherokee_to_capitals() {
    assert_eq!(string(&case_fold(text("ꭰẞı").as_units())), "Ꭰssı");
}

#[test]
fn swapcase_keeps_titlecase_letters() {
    assert_eq!(string(&swap_case(text("aBǅß").as_units())), "AbǅSS");
}

#[test]
fn unicode_17_is_not_there() {
    // U+A7CE came with Unicode 17.
    assert!(!is_assigned(0xA7CE) && !is_upper(0xA7CE) && !is_alpha(0xA7CE));
    assert_eq!(lower(wide(&[0xA7CE])).as_units(), wide(&[0xA7CE]));
}

#[test]
fn digit_and_decimal_differ_on_superscripts() {
    assert_eq!((decimal_value(0xB2), digit_value(0xB2)), (None, Some(2)));
    assert_eq!(decimal_value(0x0663), Some(3));
}

#[test]
fn numeric_values() {
    assert_eq!(numeric_value('½'.into()), Some(0.5));
    assert_eq!(numeric_value('億'.into()), Some(1e8));
    assert_eq!(numeric_value('x'.into()), None);
}

#[test]
fn information_separators_are_whitespace() {
    assert!(is_space(0x1F) && !is_line_break(0x1F));
    assert!(is_space(0x1E) && is_line_break(0x1E));
    assert!(!is_space(0x200B));
}

#[test]
fn space_is_printable_and_no_break_space_is_not() {
    assert!(is_printable(0x20) && !is_printable(0xA0) && !is_printable(0xD800));
}

#[test]
fn identifier_starts() {
    assert!(is_identifier(Units::One(b"_a1")));
    assert!(!is_identifier(Units::One(b"1a")));
    assert!(!is_identifier(Units::One(b"")));
}

#[test]
fn istitle_needs_a_cased_character() {
    assert!(!is_title_text(text("A Title 1st").as_units()));
    assert!(is_title_text(text("A Title 1St").as_units()));
    assert!(!is_title_text(text("1").as_units()));
}

#[test]
fn normal_forms() {
    let source = text("Åﬁ");
    let form = |form| string(&normalize(source.as_units(), form));
    assert_eq!(form(NormalForm::Nfc), "\u{C5}ﬁ");
    assert_eq!(form(NormalForm::Nfd), "A\u{30A}ﬁ");
    assert_eq!(form(NormalForm::Nfkc), "\u{C5}fi");
    assert_eq!(form(NormalForm::Nfkd), "A\u{30A}fi");
}

#[test]
fn normalize_keeps_surrogates() {
    assert_eq!(
        normalize(wide(&[0x41, 0xD800, 0x30A]), NormalForm::Nfc).as_units(),
        wide(&[0x41, 0xD800, 0x30A])
    );
}

#[test]
fn classes_of_a_character() {
    assert_eq!(category_name(general_category('a'.into())), "Ll");
    assert_eq!(bidirectional(0x5D0), "R");
    assert_eq!(combining_class(0x301), 230);
    assert_eq!(east_asian_width('한'.into()).abbreviation(), "W");
    assert!(is_mirrored('('.into()));
}

#[test]
fn decompositions() {
    assert_eq!(decomposition(0xC5), "0041 030A");
    assert_eq!(decomposition(0xFB01), "<compat> 0066 0069");
    assert_eq!(decomposition(0xAC01), "1100 1161 11A8");
    assert_eq!(decomposition(0x41), "");
}

#[test]
fn names_both_ways() {
    assert_eq!(character_name('é'.into()).as_deref(), Some("LATIN SMALL LETTER E WITH ACUTE"));
    assert_eq!(character_name(0), None);
    assert_eq!(lookup_name("latin small letter e with acute"), Some(0xE9));
    assert_eq!(lookup_name("BEL"), Some(7));
    assert_eq!(lookup_name("TANGUT IDEOGRAPH-17000"), Some(0x17000));
}
