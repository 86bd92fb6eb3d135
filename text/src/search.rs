//! Substring search on [`Units`]: `find`, `rfind`, `count`, across widths.

use memchr::memmem;

use crate::Units;

/// In texts that are shorter than this, preparing a search costs more than it saves.
const SHORT_TEXT: usize = 128;

/// The first occurrence of `first` followed by `rest`, by trying every occurrence of `first`.
fn find_short(hay: &[u8], first: u8, rest: &[u8]) -> Option<usize> {
    memchr::memchr_iter(first, hay).find(|&at| hay[at + 1..].starts_with(rest))
}

impl Units<'_> {
    /// The index of the first occurrence of `needle`; 0 for an empty needle.
    pub fn find(self, needle: Units<'_>) -> Option<usize> {
        if let (Units::One(hay), Units::One(needle)) = (self, needle) {
            return match needle {
                [unit] => memchr::memchr(*unit, hay),
                [first, rest @ ..] if hay.len() < SHORT_TEXT => find_short(hay, *first, rest),
                _ => memmem::find(hay, needle),
            };
        }
        match self {
            Units::One(hay) => memmem::find(hay, &narrowed::<u8>(needle)?),
            Units::Two(hay) => find_first(hay, &narrowed::<u16>(needle)?),
            Units::Four(hay) => find_first(hay, &narrowed::<u32>(needle)?),
        }
    }

    /// The index of the last occurrence of `needle`; the length of the text for an empty needle.
    pub fn rfind(self, needle: Units<'_>) -> Option<usize> {
        if let (Units::One(hay), Units::One(needle)) = (self, needle) {
            return match needle {
                [unit] => memchr::memrchr(*unit, hay),
                _ => memmem::rfind(hay, needle),
            };
        }
        match self {
            Units::One(hay) => memmem::rfind(hay, &narrowed::<u8>(needle)?),
            Units::Two(hay) => find_last(hay, &narrowed::<u16>(needle)?),
            Units::Four(hay) => find_last(hay, &narrowed::<u32>(needle)?),
        }
    }

    /// The number of occurrences that do not overlap; `len() + 1` for an empty needle.
    pub fn count(self, needle: Units<'_>) -> usize {
        if needle.is_empty() {
            return self.len() + 1;
        }
        self.match_indices(needle).count()
    }

    /// The start of each occurrence of a non-empty `needle`, from the left, without overlaps.
    pub fn match_indices<'n>(self, needle: Units<'n>) -> Matches<'n>
    where
        Self: 'n,
    {
        debug_assert!(!needle.is_empty());
        let kind = match (self, needle) {
            (Units::One(hay), Units::One([unit])) => MatchKind::Byte(memchr::memchr_iter(*unit, hay)),
            (Units::One(hay), Units::One(&[first, ref rest @ ..])) if hay.len() < SHORT_TEXT => {
                MatchKind::Short(Short { hay, first, rest, position: 0 })
            }
            (Units::One(hay), Units::One(needle)) => {
                MatchKind::Bytes(Box::new(memmem::find_iter(hay, needle)))
            }
            // A needle that does not fit the text is nowhere in it.
            (Units::One(hay), _) => match narrowed(needle) {
                Some(needle) => MatchKind::One(Slices { hay, needle, position: 0 }),
                None => MatchKind::Byte(memchr::memchr_iter(0, &[])),
            },
            (Units::Two(hay), _) => match narrowed(needle) {
                Some(needle) => MatchKind::Two(Slices { hay, needle, position: 0 }),
                None => MatchKind::Byte(memchr::memchr_iter(0, &[])),
            },
            (Units::Four(hay), _) => {
                MatchKind::Four(Slices { hay, needle: needle.iter().collect(), position: 0 })
            }
        };
        Matches(kind)
    }
}

/// Iterator of [`Units::match_indices`].
pub struct Matches<'n>(MatchKind<'n>);

enum MatchKind<'n> {
    Byte(memchr::Memchr<'n>),
    Short(Short<'n>),
    Bytes(Box<memmem::FindIter<'n, 'n>>),
    One(Slices<'n, u8>),
    Two(Slices<'n, u16>),
    Four(Slices<'n, u32>),
}

/// A short text still to be searched from a position for a unit followed by others.
struct Short<'n> {
    hay: &'n [u8],
    first: u8,
    rest: &'n [u8],
    position: usize,
}

impl Short<'_> {
    fn next(&mut self) -> Option<usize> {
        let start = self.position + find_short(&self.hay[self.position..], self.first, self.rest)?;
        self.position = start + 1 + self.rest.len();
        Some(start)
    }
}

/// A text still to be searched from a position, and what for.
struct Slices<'n, T> {
    hay: &'n [T],
    needle: Vec<T>,
    position: usize,
}

impl<T: Copy + Eq + Into<u32>> Slices<'_, T> {
    fn next(&mut self) -> Option<usize> {
        let start = self.position + find_first(&self.hay[self.position..], &self.needle)?;
        self.position = start + self.needle.len();
        Some(start)
    }
}

impl Iterator for Matches<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        match &mut self.0 {
            MatchKind::Byte(matches) => matches.next(),
            MatchKind::Short(short) => short.next(),
            MatchKind::Bytes(matches) => matches.next(),
            MatchKind::One(slices) => slices.next(),
            MatchKind::Two(slices) => slices.next(),
            MatchKind::Four(slices) => slices.next(),
        }
    }
}

/// `needle` in the unit type of the text to search; `None` when a code point does not fit there.
fn narrowed<T: TryFrom<u32>>(needle: Units<'_>) -> Option<Vec<T>> {
    needle.iter().map(|unit| T::try_from(unit).ok()).collect()
}

/// Horspool-like search: on a mismatch, skips the whole window when the unit after it is not in the needle.
fn find_first<T: Copy + Eq + Into<u32>>(hay: &[T], needle: &[T]) -> Option<usize> {
    let [.., last] = needle else { return Some(0) };
    if needle.len() == 1 {
        return hay.iter().position(|unit| unit == last);
    }
    let bloom = needle.iter().fold(0u64, |mask, &unit| mask | bloom_bit(unit));
    let mut start = 0;
    while start + needle.len() <= hay.len() {
        let window = &hay[start..start + needle.len()];
        if window[needle.len() - 1] == *last && window == needle {
            return Some(start);
        }
        start += match hay.get(start + needle.len()) {
            Some(&next) if bloom & bloom_bit(next) == 0 => needle.len() + 1,
            _ => 1,
        };
    }
    None
}

/// The mirror image of [`find_first`].
fn find_last<T: Copy + Eq + Into<u32>>(hay: &[T], needle: &[T]) -> Option<usize> {
    let [first, ..] = needle else { return Some(hay.len()) };
    if needle.len() == 1 {
        return hay.iter().rposition(|unit| unit == first);
    }
    let bloom = needle.iter().fold(0u64, |mask, &unit| mask | bloom_bit(unit));
    let mut end = hay.len();
    while end >= needle.len() {
        let start = end - needle.len();
        if hay[start] == *first && &hay[start..end] == needle {
            return Some(start);
        }
        let skip = match start.checked_sub(1) {
            Some(before) if bloom & bloom_bit(hay[before]) == 0 => needle.len() + 1,
            _ => 1,
        };
        end = end.checked_sub(skip)?;
    }
    None
}

fn bloom_bit<T: Into<u32>>(unit: T) -> u64 {
    1 << (unit.into() & 63)
}
