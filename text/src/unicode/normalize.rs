//! The four normal forms.

use unicode_normalization::{
    IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};

use crate::{TextBuf, Units};

/// A Unicode normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormalForm {
    /// Canonical composition.
    Nfc,
    /// Compatibility composition.
    Nfkc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility decomposition.
    Nfkd,
}

impl NormalForm {
    /// The form that `unicodedata.normalize` names so; `None` is its `ValueError: invalid normalization
    /// form`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "NFC" => Some(NormalForm::Nfc),
            "NFKC" => Some(NormalForm::Nfkc),
            "NFD" => Some(NormalForm::Nfd),
            "NFKD" => Some(NormalForm::Nfkd),
            _ => None,
        }
    }
}

/// The text in the normal form. Lone surrogates stay: they take part in no composition and no reordering.
pub fn normalize(text: Units<'_>, form: NormalForm) -> TextBuf {
    let mut out = TextBuf::with_capacity(text.len());
    if is_surely_normal(text, form) {
        out.push_units(text);
        return out;
    }
    let mut chars = text.iter().map(|code_point| char::from_u32(code_point).ok_or(code_point)).peekable();
    while chars.peek().is_some() {
        let run = std::iter::from_fn(|| chars.next_if(Result::is_ok)?.ok());
        match form {
            NormalForm::Nfc => out.extend(run.nfc().map(u32::from)),
            NormalForm::Nfkc => out.extend(run.nfkc().map(u32::from)),
            NormalForm::Nfd => out.extend(run.nfd().map(u32::from)),
            NormalForm::Nfkd => out.extend(run.nfkd().map(u32::from)),
        }
        if let Some(Err(surrogate)) = chars.next() {
            out.push(surrogate);
        }
    }
    out
}

/// Whether the text is in the normal form already.
pub fn is_normalized(text: Units<'_>, form: NormalForm) -> bool {
    is_surely_normal(text, form) || normalize(text, form).as_units() == text
}

/// The quick check of the standard: true means yes, false means that only normalizing can tell.
fn is_surely_normal(text: Units<'_>, form: NormalForm) -> bool {
    if text.is_ascii() {
        return true;
    }
    let mut surrogates = false;
    let chars = text.iter().map_while(|code_point| {
        let c = char::from_u32(code_point);
        surrogates |= c.is_none();
        c
    });
    let answer = match form {
        NormalForm::Nfc => is_nfc_quick(chars),
        NormalForm::Nfkc => is_nfkc_quick(chars),
        NormalForm::Nfd => is_nfd_quick(chars),
        NormalForm::Nfkd => is_nfkd_quick(chars),
    };
    answer == IsNormalized::Yes && !surrogates
}
