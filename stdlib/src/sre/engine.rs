//! The matcher: a backtracking interpreter of the codes that `re._compiler` makes, after CPython's `sre_lib.h`.
//!
//! It is generic over the width of the subject's units, so nothing is converted. Alternatives that may have to be taken
//! back are Rust calls; the stack grows by segments from the heap, so that long subjects cannot overflow it.

use super::{
    chars::{self, linebreak, lower_ascii, lower_locale, lower_unicode},
    opcodes::*,
};

/// Stands for "no position".
pub(super) const NONE: usize = usize::MAX;
const MAX_REPEAT: u32 = u32::MAX;

/// One repetition in progress.
struct Repeat {
    /// Number of matches of the item so far, minus one before the first.
    count: i64,
    /// Index of the operands of the `REPEAT`.
    code: usize,
    /// Where the last match of the item began.
    last: usize,
    /// The enclosing repetition.
    outer: usize,
}

/// A subject being matched.
pub(super) struct Engine<'a, T> {
    text: &'a [T],
    codes: &'a [u32],
    /// Where the match began.
    pub(super) start: usize,
    /// Where it ends, after success.
    pub(super) at: usize,
    end: usize,
    /// Begin and end of each group, up to `last_mark`.
    marks: Vec<usize>,
    last_mark: isize,
    /// Number of the group closed last, or -1.
    pub(super) last_index: isize,
    match_all: bool,
    /// A match must not end here if it is empty there.
    must_advance: usize,
    repeats: Vec<Repeat>,
    repeat: usize,
    saved: Vec<usize>,
}

impl<'a, T: Copy + Into<u32>> Engine<'a, T> {
    /// A matcher for the subject up to `end`, to begin at `start`.
    pub(super) fn new(text: &'a [T], codes: &'a [u32], groups: usize, start: usize, end: usize) -> Self {
        Engine {
            text,
            codes,
            start,
            at: start,
            end,
            marks: vec![NONE; groups * 2],
            last_mark: -1,
            last_index: -1,
            match_all: false,
            must_advance: NONE,
            repeats: Vec::new(),
            repeat: NONE,
            saved: Vec::new(),
        }
    }

    /// Makes ready for the next match behind the last one, which must not be empty if the last one was.
    pub(super) fn next_from(&mut self, start: usize, must_advance: bool) {
        self.reset();
        self.start = start;
        self.at = start;
        self.must_advance = if must_advance { start } else { NONE };
    }

    fn reset(&mut self) {
        self.last_mark = -1;
        self.last_index = -1;
        self.repeats.clear();
        self.repeat = NONE;
        self.saved.clear();
    }

    /// Span of a group, `NONE` twice if it has not matched.
    pub(super) fn group(&self, group: usize) -> (usize, usize) {
        if group == 0 {
            return (self.start, self.at);
        }
        let i = (group - 1) * 2;
        if (i as isize) < self.last_mark && self.marks[i] != NONE && self.marks[i + 1] != NONE {
            (self.marks[i], self.marks[i + 1])
        } else {
            (NONE, NONE)
        }
    }

    /// Matches at the start; the whole rest with `all`.
    pub(super) fn match_at_start(&mut self, all: bool) -> bool {
        self.match_all = all;
        self.at = self.start;
        self.call(0, true)
    }

    #[inline(always)]
    fn unit(&self, i: usize) -> u32 {
        self.text[i].into()
    }

    /// Finds the first match from the start on.
    pub(super) fn search(&mut self) -> bool {
        let (mut code, mut last) = (0, self.end);
        let mut at = self.start;
        if at > self.end {
            return false;
        }
        let mut literal = None;
        let mut set = None;
        if self.codes[0] == INFO {
            let (flags, least) = (self.codes[2], self.codes[3] as usize);
            if self.end - at < least {
                return false;
            }
            if least > 1 {
                last = self.end - (least - 1);
            }
            if flags & INFO_PREFIX != 0 && self.codes[5] > 0 {
                literal = Some((7, self.codes[5] as usize, flags & INFO_LITERAL != 0));
            } else if flags & INFO_CHARSET != 0 {
                set = Some(5);
            }
            code = 1 + self.codes[1] as usize;
        }
        if let Some((prefix, len, whole)) = literal {
            let first = self.codes[prefix];
            while at < last {
                let Some(offset) = self.text[at..last].iter().position(|&u| u.into() == first) else {
                    return false;
                };
                at += offset;
                let codes = &self.codes[prefix..prefix + len];
                if at + len <= self.end && (1..len).all(|i| self.unit(at + i) == codes[i]) {
                    self.start = at;
                    if whole {
                        self.at = at + len;
                        return true;
                    }
                    if self.try_at(code, at) {
                        return true;
                    }
                    self.must_advance = NONE;
                }
                at += 1;
            }
            return false;
        }
        if let Some(set) = set {
            loop {
                while at < last && !chars::in_set(self.codes, set, self.unit(at)) {
                    at += 1;
                }
                if at >= last {
                    return false;
                }
                if self.try_at(code, at) {
                    return true;
                }
                self.must_advance = NONE;
                at += 1;
            }
        }
        let anchored =
            self.codes[code] == AT && matches!(self.codes[code + 1], AT_BEGINNING | AT_BEGINNING_STRING);
        loop {
            if self.try_at(code, at) {
                return true;
            }
            self.must_advance = NONE;
            if anchored || at >= last {
                return false;
            }
            at += 1;
        }
    }

    fn try_at(&mut self, code: usize, at: usize) -> bool {
        self.reset();
        self.start = at;
        self.at = at;
        self.call(code, true)
    }

    /// Runs the code from `self.at` on, on a new piece of stack if need be.
    #[inline]
    fn call(&mut self, code: usize, top: bool) -> bool {
        stacker::maybe_grow(64 << 10, 4 << 20, || self.run(code, top))
    }

    fn save_marks(&mut self) -> usize {
        let base = self.saved.len();
        let n = (self.last_mark + 1) as usize;
        self.saved.extend_from_slice(&self.marks[..n]);
        base
    }

    fn restore_marks(&mut self, base: usize) {
        let n = self.saved.len() - base;
        self.marks[..n].copy_from_slice(&self.saved[base..]);
    }

    /// Tries `code` at `at`; on failure marks are as before. Only inside repetitions marks below `last_mark` can have
    /// changed.
    fn attempt(&mut self, code: usize, at: usize, top: bool) -> bool {
        let (last_mark, last_index) = (self.last_mark, self.last_index);
        let in_repeat = self.repeat != NONE;
        let base = if in_repeat { self.save_marks() } else { 0 };
        self.at = at;
        let matched = self.call(code, top);
        if in_repeat {
            // What was saved deeper down is gone by now.
            self.saved.truncate(base + (last_mark + 1) as usize);
            if !matched {
                self.restore_marks(base);
            }
            self.saved.truncate(base);
        }
        if !matched {
            (self.last_mark, self.last_index) = (last_mark, last_index);
        }
        matched
    }

    /// Whether a success at the top level counts.
    fn accepts(&self, at: usize, top: bool) -> bool {
        !top || !(self.match_all && at != self.end || self.must_advance == at)
    }

    fn run(&mut self, code: usize, top: bool) -> bool {
        let codes = self.codes;
        let end = self.end;
        let (mut ip, mut at) = (code, self.at);
        loop {
            let op = codes[ip];
            ip += 1;
            match op {
                FAILURE => return false,
                SUCCESS => {
                    if !self.accepts(at, top) {
                        return false;
                    }
                    self.at = at;
                    return true;
                }
                MARK => {
                    let i = codes[ip] as usize;
                    if i & 1 == 1 {
                        self.last_index = (i / 2 + 1) as isize;
                    }
                    if i as isize > self.last_mark {
                        let from = (self.last_mark + 1) as usize;
                        self.marks[from..i].fill(NONE);
                        self.last_mark = i as isize;
                    }
                    self.marks[i] = at;
                    ip += 1;
                }
                LITERAL => {
                    if at >= end || self.unit(at) != codes[ip] {
                        return false;
                    }
                    (ip, at) = (ip + 1, at + 1);
                }
                AT => {
                    if !self.at_position(at, codes[ip]) {
                        return false;
                    }
                    ip += 1;
                }
                BRANCH => {
                    while codes[ip] != 0 {
                        let hopeless = match codes[ip + 1] {
                            LITERAL => at >= end || self.unit(at) != codes[ip + 2],
                            IN => at >= end || !chars::in_set(codes, ip + 3, self.unit(at)),
                            _ => false,
                        };
                        if !hopeless && self.attempt(ip + 1, at, top) {
                            return true;
                        }
                        ip += codes[ip] as usize;
                    }
                    return false;
                }
                JUMP | INFO => ip += codes[ip] as usize,
                REPEAT_ONE => return self.repeat_one(ip, at, top),
                MIN_REPEAT_ONE => return self.min_repeat_one(ip, at, top),
                POSSESSIVE_REPEAT_ONE => {
                    let least = codes[ip + 1] as usize;
                    let n = self.count(ip + 3, at, codes[ip + 2]);
                    if n < least {
                        return false;
                    }
                    at += n;
                    ip += codes[ip] as usize;
                }
                REPEAT => {
                    let outer = self.repeat;
                    self.repeat = self.repeats.len();
                    self.repeats.push(Repeat { count: -1, code: ip, last: NONE, outer });
                    self.at = at;
                    let matched = self.call(ip + codes[ip] as usize, top);
                    self.repeats.pop();
                    self.repeat = outer;
                    return matched;
                }
                MAX_UNTIL => return self.max_until(ip, at, top),
                MIN_UNTIL => return self.min_until(ip, at, top),
                POSSESSIVE_REPEAT => match self.possessive_repeat(ip, at) {
                    None => return false,
                    Some(behind) => {
                        at = behind;
                        // Behind the SUCCESS of the item.
                        ip += codes[ip] as usize + 1;
                    }
                },
                ATOMIC_GROUP => {
                    self.at = at;
                    if !self.call(ip + 1, false) {
                        return false;
                    }
                    at = self.at;
                    ip += codes[ip] as usize;
                }
                ASSERT => {
                    let back = codes[ip + 1] as usize;
                    if at < back {
                        return false;
                    }
                    self.at = at - back;
                    if !self.call(ip + 2, false) {
                        return false;
                    }
                    ip += codes[ip] as usize;
                }
                ASSERT_NOT => {
                    let back = codes[ip + 1] as usize;
                    if at >= back {
                        let (last_mark, last_index) = (self.last_mark, self.last_index);
                        if self.attempt(ip + 2, at - back, false) {
                            return false;
                        }
                        (self.last_mark, self.last_index) = (last_mark, last_index);
                    }
                    ip += codes[ip] as usize;
                }
                GROUPREF | GROUPREF_IGNORE | GROUPREF_UNI_IGNORE | GROUPREF_LOC_IGNORE => {
                    let (from, to) = self.group(codes[ip] as usize + 1);
                    if from == NONE || to < from {
                        return false;
                    }
                    let fold = match op {
                        GROUPREF => |c| c,
                        GROUPREF_IGNORE => lower_ascii,
                        GROUPREF_UNI_IGNORE => lower_unicode,
                        _ => lower_locale,
                    };
                    for i in from..to {
                        if at >= end || fold(self.unit(at)) != fold(self.unit(i)) {
                            return false;
                        }
                        at += 1;
                    }
                    ip += 1;
                }
                GROUPREF_EXISTS => {
                    let (from, to) = self.group(codes[ip] as usize + 1);
                    ip += if from == NONE || to < from { codes[ip + 1] as usize } else { 2 };
                }
                _ => {
                    if at >= end || !chars::matches_one(codes, ip - 1, self.unit(at)) {
                        return false;
                    }
                    at += 1;
                    ip += match op {
                        ANY | ANY_ALL => 0,
                        IN | IN_IGNORE | IN_UNI_IGNORE | IN_LOC_IGNORE => codes[ip] as usize,
                        _ => 1,
                    };
                }
            }
        }
    }

    /// `skip min max item SUCCESS tail`: the item, one unit wide, as often as possible.
    fn repeat_one(&mut self, ip: usize, at: usize, top: bool) -> bool {
        let codes = self.codes;
        let least = codes[ip + 1] as usize;
        if self.end - at < least {
            return false;
        }
        let mut n = self.count(ip + 3, at, codes[ip + 2]);
        if n < least {
            return false;
        }
        let tail = ip + codes[ip] as usize;
        if codes[tail] == SUCCESS && self.accepts(at + n, top) {
            self.at = at + n;
            return true;
        }
        let literal = if codes[tail] == LITERAL { Some(codes[tail + 1]) } else { None };
        loop {
            if let Some(c) = literal {
                // Positions where the tail cannot begin are skipped.
                while at + n >= self.end || self.unit(at + n) != c {
                    if n == least {
                        return false;
                    }
                    n -= 1;
                }
            }
            if self.attempt(tail, at + n, top) {
                return true;
            }
            if n == least {
                return false;
            }
            n -= 1;
        }
    }

    fn min_repeat_one(&mut self, ip: usize, mut at: usize, top: bool) -> bool {
        let codes = self.codes;
        let (least, most) = (codes[ip + 1], codes[ip + 2]);
        if self.end - at < least as usize {
            return false;
        }
        let mut n = if least == 0 { 0 } else { self.count(ip + 3, at, least) };
        if n < least as usize {
            return false;
        }
        at += n;
        let tail = ip + codes[ip] as usize;
        while most == MAX_REPEAT || n <= most as usize {
            if self.attempt(tail, at, top) {
                return true;
            }
            if self.count(ip + 3, at, 1) == 0 {
                return false;
            }
            (at, n) = (at + 1, n + 1);
        }
        false
    }

    fn max_until(&mut self, ip: usize, at: usize, top: bool) -> bool {
        let codes = self.codes;
        let current = self.repeat;
        let (count, body) = (self.repeats[current].count + 1, self.repeats[current].code);
        let (least, most) = (codes[body + 1] as i64, codes[body + 2]);
        self.at = at;
        if count < least {
            self.repeats[current].count = count;
            if self.call(body + 3, top) {
                return true;
            }
            self.repeats[current].count = count - 1;
            return false;
        }
        if (most == MAX_REPEAT || count < most as i64) && self.repeats[current].last != at {
            self.repeats[current].count = count;
            let before = std::mem::replace(&mut self.repeats[current].last, at);
            let matched = self.attempt(body + 3, at, top);
            self.repeats[current].last = before;
            if matched {
                return true;
            }
            self.repeats[current].count = count - 1;
        }
        self.repeat = self.repeats[current].outer;
        self.at = at;
        let matched = self.call(ip, top);
        self.repeat = current;
        matched
    }

    fn min_until(&mut self, ip: usize, at: usize, top: bool) -> bool {
        let codes = self.codes;
        let current = self.repeat;
        let (count, body) = (self.repeats[current].count + 1, self.repeats[current].code);
        let (least, most) = (codes[body + 1] as i64, codes[body + 2]);
        self.at = at;
        if count >= least {
            self.repeat = self.repeats[current].outer;
            let matched = self.attempt(ip, at, top);
            self.repeat = current;
            if matched {
                return true;
            }
            if most != MAX_REPEAT && count >= most as i64 || self.repeats[current].last == at {
                return false;
            }
        }
        self.repeats[current].count = count;
        let before = self.repeats[current].last;
        if count >= least {
            self.repeats[current].last = at;
        }
        self.at = at;
        let matched = self.call(body + 3, top);
        self.repeats[current].last = before;
        if !matched {
            self.repeats[current].count = count - 1;
        }
        matched
    }

    /// The item as often as possible, never taken back; where it ends.
    fn possessive_repeat(&mut self, ip: usize, mut at: usize) -> Option<usize> {
        let (least, most) = (self.codes[ip + 1] as usize, self.codes[ip + 2]);
        let outer = self.repeat;
        self.repeat = self.repeats.len();
        self.repeats.push(Repeat { count: -1, code: ip, last: NONE, outer });
        let mut n = 0;
        let mut last = NONE;
        let mut matched = true;
        while n < least {
            self.at = at;
            if !self.call(ip + 3, false) {
                matched = false;
                break;
            }
            (at, n) = (self.at, n + 1);
        }
        while matched && (most == MAX_REPEAT || n < most as usize) && at != last {
            last = at;
            if !self.attempt(ip + 3, at, false) {
                break;
            }
            (at, n) = (self.at, n + 1);
        }
        self.repeats.pop();
        self.repeat = outer;
        matched.then_some(at)
    }

    /// How often an item one unit wide matches from `at` on, at most `most` times.
    fn count(&mut self, ip: usize, at: usize, most: u32) -> usize {
        let codes = self.codes;
        let end = if most == MAX_REPEAT { self.end } else { self.end.min(at.saturating_add(most as usize)) };
        let rest = &self.text[at..end];
        let run = |f: &dyn Fn(u32) -> bool| rest.iter().position(|&u| !f(u.into())).unwrap_or(rest.len());
        match codes[ip] {
            ANY_ALL => rest.len(),
            ANY => rest.iter().position(|&u| linebreak(u.into())).unwrap_or(rest.len()),
            LITERAL => {
                let c = codes[ip + 1];
                rest.iter().position(|&u| u.into() != c).unwrap_or(rest.len())
            }
            NOT_LITERAL => {
                let c = codes[ip + 1];
                rest.iter().position(|&u| u.into() == c).unwrap_or(rest.len())
            }
            IN => rest.iter().position(|&u| !chars::in_set(codes, ip + 2, u.into())).unwrap_or(rest.len()),
            op if chars::is_single(op) => run(&|c| chars::matches_one(codes, ip, c)),
            _ => {
                let mut reached = at;
                self.at = at;
                while reached < end && self.call(ip, false) {
                    reached = self.at;
                }
                reached - at
            }
        }
    }

    fn at_position(&self, at: usize, what: u32) -> bool {
        let boundary = |is_word: fn(u32) -> bool| {
            let before = at > 0 && is_word(self.unit(at - 1));
            let behind = at < self.end && is_word(self.unit(at));
            before != behind
        };
        match what {
            AT_BEGINNING | AT_BEGINNING_STRING => at == 0,
            AT_BEGINNING_LINE => at == 0 || linebreak(self.unit(at - 1)),
            AT_END => at == self.end || at + 1 == self.end && linebreak(self.unit(at)),
            AT_END_LINE => at == self.end || linebreak(self.unit(at)),
            AT_END_STRING => at == self.end,
            AT_BOUNDARY => boundary(chars::word),
            AT_NON_BOUNDARY => !boundary(chars::word),
            AT_LOC_BOUNDARY => boundary(chars::word_locale),
            AT_LOC_NON_BOUNDARY => !boundary(chars::word_locale),
            AT_UNI_BOUNDARY => boundary(chars::word_unicode),
            AT_UNI_NON_BOUNDARY => !boundary(chars::word_unicode),
            _ => false,
        }
    }
}
