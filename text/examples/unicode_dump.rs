//! Prints every property of every code point; `tools/check_unicode.py` compares it with CPython's.

use std::fmt::Write;

use pystm_text::unicode::*;
use pystm_text::{TextBuf, Units};

fn hex(text: &TextBuf) -> String {
    text.as_units().iter().map(|code_point| format!("{code_point:x}.")).collect()
}

fn main() {
    let mut out = String::new();
    for code_point in 0..0x110000u32 {
        let unit = [code_point];
        let text = Units::Four(&unit);
        let flags: String = [
            is_alpha(code_point),
            is_decimal(code_point),
            is_digit(code_point),
            is_numeric(code_point),
            is_space(code_point),
            is_upper_text(text),
            is_lower_text(text),
            is_title_text(text),
            is_printable(code_point),
            is_identifier(text),
            is_identifier(Units::Two(&[97, 97])) && is_identifier(Units::Four(&[97, code_point])),
            is_mirrored(code_point),
        ]
        .iter()
        .map(|&flag| if flag { '1' } else { '0' })
        .collect();
        let _ = write!(out, "{code_point:x} {flags} ");
        for mapped in
            [upper(text), lower(text), title(text), capitalize(text), swap_case(text), case_fold(text)]
        {
            out.push_str(&hex(&mapped));
            out.push(' ');
        }
        for form in [NormalForm::Nfc, NormalForm::Nfkc, NormalForm::Nfd, NormalForm::Nfkd] {
            out.push_str(&hex(&normalize(text, form)));
            out.push(' ');
        }
        let _ = writeln!(
            out,
            "{} {} {} {} {:?} {:?} {:?} {}|{}",
            category_name(general_category(code_point)),
            bidirectional(code_point),
            combining_class(code_point),
            east_asian_width(code_point).abbreviation(),
            decimal_value(code_point),
            digit_value(code_point),
            numeric_value(code_point),
            decomposition(code_point),
            character_name(code_point).unwrap_or_default(),
        );
    }
    print!("{out}");
}
