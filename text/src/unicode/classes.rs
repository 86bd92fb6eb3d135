//! General category and the classes that `unicodedata` reports.

use unicode_bidi::{BidiClass, bidi_class};
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::char::canonical_combining_class;

use super::tables::{EAST_ASIAN_WIDTHS, MIRRORED};

/// The general category; `Surrogate` for lone surrogates, `Unassigned` where Unicode 16.0 has nothing.
pub fn general_category(code_point: u32) -> GeneralCategory {
    match char::from_u32(code_point) {
        Some(c) => get_general_category(c),
        None => GeneralCategory::Surrogate,
    }
}

/// Whether Unicode 16.0 assigns the code point, be it as a control, a surrogate or for private use.
pub fn is_assigned(code_point: u32) -> bool {
    general_category(code_point) != GeneralCategory::Unassigned
}

/// The two-letter name of a general category, as `unicodedata.category` gives it.
pub fn category_name(category: GeneralCategory) -> &'static str {
    use GeneralCategory as C;
    match category {
        C::ClosePunctuation => "Pe",
        C::ConnectorPunctuation => "Pc",
        C::Control => "Cc",
        C::CurrencySymbol => "Sc",
        C::DashPunctuation => "Pd",
        C::DecimalNumber => "Nd",
        C::EnclosingMark => "Me",
        C::FinalPunctuation => "Pf",
        C::Format => "Cf",
        C::InitialPunctuation => "Pi",
        C::LetterNumber => "Nl",
        C::LineSeparator => "Zl",
        C::LowercaseLetter => "Ll",
        C::MathSymbol => "Sm",
        C::ModifierLetter => "Lm",
        C::ModifierSymbol => "Sk",
        C::NonspacingMark => "Mn",
        C::OpenPunctuation => "Ps",
        C::OtherLetter => "Lo",
        C::OtherNumber => "No",
        C::OtherPunctuation => "Po",
        C::OtherSymbol => "So",
        C::ParagraphSeparator => "Zp",
        C::PrivateUse => "Co",
        C::SpaceSeparator => "Zs",
        C::SpacingMark => "Mc",
        C::Surrogate => "Cs",
        C::TitlecaseLetter => "Lt",
        C::UppercaseLetter => "Lu",
        _ => "Cn",
    }
}

/// The canonical combining class, 0 for most code points.
pub fn combining_class(code_point: u32) -> u8 {
    char::from_u32(code_point).map_or(0, canonical_combining_class)
}

/// The name of the bidirectional class, such as `"AL"`; empty for unassigned code points.
pub fn bidirectional(code_point: u32) -> &'static str {
    if !is_assigned(code_point) {
        return "";
    }
    let Some(c) = char::from_u32(code_point) else { return "L" };
    match bidi_class(c) {
        BidiClass::AL => "AL",
        BidiClass::AN => "AN",
        BidiClass::B => "B",
        BidiClass::BN => "BN",
        BidiClass::CS => "CS",
        BidiClass::EN => "EN",
        BidiClass::ES => "ES",
        BidiClass::ET => "ET",
        BidiClass::FSI => "FSI",
        BidiClass::L => "L",
        BidiClass::LRE => "LRE",
        BidiClass::LRI => "LRI",
        BidiClass::LRO => "LRO",
        BidiClass::NSM => "NSM",
        BidiClass::ON => "ON",
        BidiClass::PDF => "PDF",
        BidiClass::PDI => "PDI",
        BidiClass::R => "R",
        BidiClass::RLE => "RLE",
        BidiClass::RLI => "RLI",
        BidiClass::RLO => "RLO",
        BidiClass::S => "S",
        BidiClass::WS => "WS",
    }
}

/// The East Asian width of a code point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EastAsianWidth {
    /// `A`
    Ambiguous,
    /// `F`
    Fullwidth,
    /// `H`
    Halfwidth,
    /// `Na`
    Narrow,
    /// `N`
    Neutral,
    /// `W`
    Wide,
}

impl EastAsianWidth {
    /// The abbreviation that `unicodedata.east_asian_width` returns.
    pub fn abbreviation(self) -> &'static str {
        match self {
            EastAsianWidth::Ambiguous => "A",
            EastAsianWidth::Fullwidth => "F",
            EastAsianWidth::Halfwidth => "H",
            EastAsianWidth::Narrow => "Na",
            EastAsianWidth::Neutral => "N",
            EastAsianWidth::Wide => "W",
        }
    }
}

/// The East Asian width; `Neutral` or `Wide` for unassigned code points, as the standard says.
pub fn east_asian_width(code_point: u32) -> EastAsianWidth {
    let index = EAST_ASIAN_WIDTHS.partition_point(|&(_, end, _)| end < code_point);
    match EAST_ASIAN_WIDTHS.get(index) {
        Some(&(start, _, width)) if start <= code_point => width,
        _ => EastAsianWidth::Neutral,
    }
}

/// Whether the character is mirrored in right-to-left text.
pub fn is_mirrored(code_point: u32) -> bool {
    let index = MIRRORED.partition_point(|&(_, end)| end < code_point);
    MIRRORED.get(index).is_some_and(|&(start, _)| start <= code_point)
}
