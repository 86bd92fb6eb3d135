//! "Did you mean ...?": the nearest of several names, by CPython's distance.

/// Names longer than this are not compared.
const MAX_LENGTH: usize = 40;
/// More candidates than this are not looked at.
const MAX_CANDIDATES: usize = 750;
/// Cost of inserting, deleting or replacing a character.
const MOVE_COST: usize = 2;
/// Cost of replacing a letter by the same one in the other case.
const CASE_COST: usize = 1;

/// The candidate nearest to `wanted`, if one is near enough: the distance must not exceed a third of the characters
/// involved, in units of [`MOVE_COST`].
pub fn closest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let wanted_units: Vec<char> = wanted.chars().collect();
    if wanted_units.is_empty() || wanted_units.len() > MAX_LENGTH {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for (n, candidate) in candidates.into_iter().enumerate() {
        if n >= MAX_CANDIDATES {
            return None;
        }
        if candidate == wanted {
            continue;
        }
        let units: Vec<char> = candidate.chars().collect();
        // No more than a third of the involved characters should need changes.
        let mut limit = (wanted_units.len() + units.len() + 3) * MOVE_COST / 6;
        if let Some((nearest, _)) = best {
            limit = limit.min(nearest - 1);
        }
        let distance = distance(&wanted_units, &units, limit);
        if distance <= limit && best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

fn substitution(a: char, b: char) -> usize {
    if a == b {
        0
    } else if a.to_lowercase().eq(b.to_lowercase()) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// Levenshtein distance of two words, or anything above `limit` if it exceeds that.
fn distance(a: &[char], b: &[char], limit: usize) -> usize {
    if a == b {
        return 0;
    }
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return MOVE_COST * (a.len() + b.len());
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    let (a, b) = if b.len() < a.len() { (b, a) } else { (a, b) };
    if (b.len() - a.len()) * MOVE_COST > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE_COST).collect();
    let mut result = 0;
    for (i, &y) in b.iter().enumerate() {
        let mut diagonal = i * MOVE_COST;
        result = diagonal;
        let mut lowest = usize::MAX;
        for (j, &x) in a.iter().enumerate() {
            let replace = diagonal + substitution(y, x);
            diagonal = row[j];
            let insert_or_delete = result.min(diagonal) + MOVE_COST;
            result = replace.min(insert_or_delete);
            row[j] = result;
            lowest = lowest.min(result);
        }
        if lowest > limit {
            return limit + 1;
        }
    }
    result
}
