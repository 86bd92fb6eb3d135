//! Format strings: which item stands where.

/// One item, or a run of equal ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// The code.
    pub(super) code: u8,
    /// First byte.
    pub(super) offset: usize,
    /// Bytes of one item (of all, for `s` and `p`).
    pub(super) size: usize,
    /// How many.
    pub(super) repeat: usize,
}

/// A parsed format.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) items: Vec<Item>,
    /// Bytes of it all.
    pub(super) size: usize,
    /// Number of values.
    pub(super) values: usize,
    /// The most significant byte comes first.
    pub(super) big: bool,
}

/// Size and alignment of a code.
fn measure(code: u8, native: bool) -> Option<(usize, usize)> {
    Some(match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => (1, 1),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'l' | b'L' if native => (8, 8),
        b'l' | b'L' => (4, 4),
        b'q' | b'Q' | b'd' => (8, 8),
        b'n' | b'N' | b'P' if native => (8, 8),
        b'F' => (8, 4),
        b'D' => (16, 8),
        _ => return None,
    })
}

/// Parses a format; the error is the message of `struct.error`.
pub(super) fn parse(format: &[u8]) -> Result<Layout, &'static str> {
    const TOO_LONG: &str = "total struct size too long";
    let (native, big, rest) = match format.split_first() {
        Some((b'@', rest)) => (true, cfg!(target_endian = "big"), rest),
        Some((b'=', rest)) => (false, cfg!(target_endian = "big"), rest),
        Some((b'<', rest)) => (false, false, rest),
        Some((b'>' | b'!', rest)) => (false, true, rest),
        _ => (true, cfg!(target_endian = "big"), format),
    };
    if rest.contains(&0) {
        return Err("embedded null character");
    }
    let mut layout = Layout { items: Vec::new(), size: 0, values: 0, big };
    let mut position = 0;
    while position < rest.len() {
        let mut code = rest[position];
        position += 1;
        if code.is_ascii_whitespace() || code == 0x0B {
            continue;
        }
        let mut repeat = 1usize;
        if code.is_ascii_digit() {
            repeat = 0;
            loop {
                repeat = repeat
                    .checked_mul(10)
                    .and_then(|n| n.checked_add((code - b'0') as usize))
                    .filter(|&n| n <= isize::MAX as usize)
                    .ok_or(TOO_LONG)?;
                let Some(&next) = rest.get(position) else {
                    return Err("repeat count given without format specifier");
                };
                code = next;
                position += 1;
                if !code.is_ascii_digit() {
                    break;
                }
            }
        }
        let (size, align) = measure(code, native).ok_or("bad char in struct format")?;
        if native && align > 1 {
            layout.size = layout.size.checked_next_multiple_of(align).ok_or(TOO_LONG)?;
        }
        let total = size.checked_mul(repeat).ok_or(TOO_LONG)?;
        let offset = layout.size;
        layout.size = layout.size.checked_add(total).filter(|&n| n <= isize::MAX as usize).ok_or(TOO_LONG)?;
        match code {
            b'x' => {}
            b's' | b'p' => {
                layout.items.push(Item { code, offset, size: repeat, repeat: 1 });
                layout.values += 1;
            }
            _ => {
                if repeat > 0 {
                    layout.items.push(Item { code, offset, size, repeat });
                }
                layout.values = layout.values.checked_add(repeat).ok_or(TOO_LONG)?;
            }
        }
    }
    Ok(layout)
}
