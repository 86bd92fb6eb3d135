//! Code units as bytes, for the cache of compiled modules.
//!
//! The format is private to one build of pystm: numbers are LEB128, floats their bits, strs length-prefixed (WTF-8),
//! instruction words without their zero bytes, and inline caches are written empty. [`FORMAT`] changes whenever compiler, instruction set or interpreter do.

use num_bigint::{BigInt, Sign};
use pystm_parser::ast::Text;

use super::{CodeFlags, CodeUnit, Const, ExceptionEntry, LocalKind, Positions};

/// Fingerprint of the build (`build.rs`), the magic number of cache files.
pub const FORMAT: u32 = match u32::from_str_radix(env!("PYSTM_BYTECODE"), 16) {
    Ok(n) => n,
    Err(_) => panic!("the build script gives a hexadecimal number"),
};

/// The code unit as bytes.
pub fn encode(unit: &CodeUnit) -> Vec<u8> {
    let mut w = Writer(Vec::with_capacity(unit.words.len() * 8 + 1024));
    w.unit(unit);
    w.0
}

/// The code unit of bytes that [`encode`] made, or `None` if they are damaged.
pub fn decode(bytes: &[u8]) -> Option<CodeUnit> {
    let mut r = Reader { bytes, at: 0, depth: 0 };
    let unit = r.unit()?;
    (r.at == bytes.len()).then_some(unit)
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    fn bytes(&mut self, b: &[u8]) {
        self.number(b.len() as u64);
        self.0.extend_from_slice(b);
    }

    fn fixed(&mut self, n: u64) {
        self.0.extend_from_slice(&n.to_le_bytes());
    }

    /// An instruction word, most bytes of which are zero: a byte that says which are not, and those.
    fn word(&mut self, n: u64) {
        let bytes = n.to_le_bytes();
        let at = self.0.len();
        self.0.push(0);
        for (i, &byte) in bytes.iter().enumerate().filter(|(_, byte)| **byte != 0) {
            self.0[at] |= 1 << i;
            self.0.push(byte);
        }
    }

    fn list<T>(&mut self, items: &[T], mut f: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        for item in items {
            f(self, item);
        }
    }

    fn unit(&mut self, u: &CodeUnit) {
        self.bytes(u.name.as_bytes());
        self.bytes(u.qualname.as_bytes());
        self.bytes(u.filename.as_bytes());
        for n in [u.first_line, u.arg_count, u.posonly_count, u.kwonly_count, u.flags.0, u.registers] {
            self.number(n as u64);
        }
        self.list(&u.locals, |w, (name, kind)| {
            w.bytes(name.as_bytes());
            w.number(*kind as u64);
        });
        self.list(&u.words, |w, n| w.word(*n));
        self.list(&u.consts, Writer::constant);
        self.list(&u.names, |w, n| w.bytes(n.as_bytes()));
        self.list(&u.exceptions, |w, e| {
            for n in [e.start, e.end, e.target, e.reg as u32] {
                w.number(n as u64);
            }
        });
        self.bytes(u.positions.as_bytes());
    }

    fn constant(&mut self, c: &Const) {
        match c {
            Const::None => self.0.push(0),
            Const::True => self.0.push(1),
            Const::False => self.0.push(2),
            Const::Ellipsis => self.0.push(3),
            Const::Int(n) => {
                let (sign, magnitude) = n.to_bytes_le();
                self.0.push(if sign == Sign::Minus { 5 } else { 4 });
                self.bytes(&magnitude);
            }
            Const::Float(f) => {
                self.0.push(6);
                self.fixed(f.to_bits());
            }
            Const::Complex(re, im) => {
                self.0.push(7);
                self.fixed(re.to_bits());
                self.fixed(im.to_bits());
            }
            Const::Str(s) => {
                self.0.push(8);
                self.bytes(s.as_bytes());
            }
            Const::Bytes(b) => {
                self.0.push(9);
                self.bytes(b);
            }
            Const::Tuple(items) => {
                self.0.push(10);
                self.list(items, Writer::constant);
            }
            Const::FrozenSet(items) => {
                self.0.push(11);
                self.list(items, Writer::constant);
            }
            Const::Slice(parts) => {
                self.0.push(12);
                self.list(parts.as_slice(), Writer::constant);
            }
            Const::Code(unit) => {
                self.0.push(13);
                self.unit(unit);
            }
        }
    }
}

/// Deepest nesting of code units and tuples that is read.
const MAX_DEPTH: usize = 500;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let b = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(b)
    }

    fn number(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let b = self.byte()?;
            n |= ((b & 0x7f) as u64) << shift;
            if b < 0x80 {
                return Some(n);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn slice(&mut self) -> Option<&[u8]> {
        let n = self.number()? as usize;
        let s = self.bytes.get(self.at..self.at.checked_add(n)?)?;
        self.at += n;
        Some(s)
    }

    fn text(&mut self) -> Option<Box<str>> {
        std::str::from_utf8(self.slice()?).ok().map(Into::into)
    }

    fn fixed(&mut self) -> Option<u64> {
        let s = self.bytes.get(self.at..self.at + 8)?;
        self.at += 8;
        Some(u64::from_le_bytes(s.try_into().ok()?))
    }

    fn word(&mut self) -> Option<u64> {
        let mut present = self.byte()?;
        let mut n = 0;
        while present != 0 {
            n |= u64::from(self.byte()?) << (present.trailing_zeros() * 8);
            present &= present - 1;
        }
        Some(n)
    }

    fn list<T>(&mut self, mut f: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let n = self.number()? as usize;
        // Damaged counts must not allocate more than the input could fill.
        let mut items = Vec::with_capacity(n.min(self.bytes.len() - self.at));
        for _ in 0..n {
            items.push(f(self)?);
        }
        Some(items)
    }

    fn unit(&mut self) -> Option<CodeUnit> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let (name, qualname, filename) = (self.text()?, self.text()?, self.text()?);
        let mut header = [0; 6];
        for n in &mut header {
            *n = self.small()?;
        }
        let locals = self.list(|r| {
            let name = r.text()?;
            let kind = match r.number()? {
                0 => LocalKind::Fast,
                1 => LocalKind::Cell,
                2 => LocalKind::Free,
                3 => LocalKind::Hidden,
                _ => return None,
            };
            Some((name, kind))
        })?;
        let words = self.list(Reader::word)?;
        let consts = self.list(Reader::constant)?;
        let names = self.list(Reader::text)?;
        let exceptions = self.list(|r| {
            Some(ExceptionEntry {
                start: r.small()?,
                end: r.small()?,
                target: r.small()?,
                reg: r.small()?.try_into().ok()?,
            })
        })?;
        let positions = Positions::from_bytes(self.slice()?);
        self.depth -= 1;
        let [first_line, arg_count, posonly_count, kwonly_count, flags, registers] = header;
        Some(CodeUnit {
            name,
            qualname,
            filename,
            first_line,
            arg_count,
            posonly_count,
            kwonly_count,
            flags: CodeFlags(flags),
            locals,
            registers,
            words,
            consts,
            names,
            exceptions,
            positions,
        })
    }

    fn constant(&mut self) -> Option<Const> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let c = match self.byte()? {
            0 => Const::None,
            1 => Const::True,
            2 => Const::False,
            3 => Const::Ellipsis,
            4 => Const::Int(BigInt::from_bytes_le(Sign::Plus, self.slice()?)),
            5 => Const::Int(BigInt::from_bytes_le(Sign::Minus, self.slice()?)),
            6 => Const::Float(f64::from_bits(self.fixed()?)),
            7 => Const::Complex(f64::from_bits(self.fixed()?), f64::from_bits(self.fixed()?)),
            8 => Const::Str(Text::from_bytes(self.slice()?.to_vec()).ok()?),
            9 => Const::Bytes(self.slice()?.to_vec()),
            10 => Const::Tuple(self.list(Reader::constant)?),
            11 => Const::FrozenSet(self.list(Reader::constant)?),
            12 => Const::Slice(Box::new(self.list(Reader::constant)?.try_into().ok()?)),
            13 => Const::Code(Box::new(self.unit()?)),
            _ => return None,
        };
        self.depth -= 1;
        Some(c)
    }
}
