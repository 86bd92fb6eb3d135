//! Getting an object from other threads.

use std::time::Duration;

use pystm_gc::{
    Mutator, Object, header,
    header::FLAGS,
    sync::{self, Instant},
    world::{Rest, Taken, exclusive},
};

use crate::{
    Ownership, Peer, Token, free,
    handover::PENDING,
    peer::{self, Answer, Ask, Request},
    token::{FREE, SHARED},
    transaction,
};

/// Rounds of waiting without giving up the processor.
const SPINS: u32 = if cfg!(feature = "model") { 1 } else { 3000 };
/// After so many of them other threads may have the processor, if they need one.
const YIELD: u32 = 256;
/// Looks at a contended object before its owner is asked, each after twice as many rounds as the one before.
const BACKOFF: u32 = if cfg!(feature = "model") { 1 } else { 9 };
/// Longest wait between two looks.
const NAP: Duration = Duration::from_micros(50);
/// After this time a thread that is frozen for longer is taken like one at a safepoint: it waits for us in turn.
const PATIENCE: Duration = Duration::from_millis(2);

/// After this time an exclusive thread no longer waits for one that stands still because of it: an irrevocable one.
const VAIN: Duration = Duration::from_millis(8);

/// Objects that others have taken, so that two threads that both keep writing one do not take it from each other at every
/// turn: who has lost it several times in short time waits a while before asking for it again.
#[derive(Default)]
pub(crate) struct Lost {
    entries: [Entry; 16],
}

#[derive(Clone, Copy, Default)]
struct Entry {
    object: usize,
    asked: Option<Instant>,
    level: u32,
}

/// Within this time, asking for the same object again counts as taking turns.
const TURNS: Duration = Duration::from_micros(200);
/// Turns that are taken without a delay, for an object that is known to be hot and for others, of which one thread may read what
/// the other writes.
const HOT_TURNS: u32 = 3;
const ANY_TURNS: u32 = 16;
/// After so many refusals by older transactions this one sleeps before it asks again.
const REFUSALS: u32 = 10;
/// Longest time for which an object is left to the others, as a power of two of microseconds.
const LONGEST: u32 = 6;

impl Lost {
    /// How long to wait before asking for the object, which is hot or not.
    fn delay(&mut self, object: usize, hot: bool) -> Duration {
        let turns = if hot { HOT_TURNS } else { ANY_TURNS };
        let entry = &mut self.entries[object / 16 % 16];
        let now = Instant::now();
        let again = entry.object == object && entry.asked.is_some_and(|at| now - at < TURNS);
        *entry = Entry {
            object,
            asked: Some(now),
            level: if again { (entry.level + 1).min(LONGEST + turns - 1) } else { 0 },
        };
        if entry.level < turns { Duration::ZERO } else { Duration::from_micros(2 << (entry.level - turns)) }
    }
}

impl Ownership {
    /// Gets the right to read or write an object. Whether others had to be asked.
    ///
    /// # Safety
    /// `object` must be live and of a shape that has an owner.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn obtain(
        &mut self,
        mutator: &mut Mutator,
        object: &Object,
        ask: Ask,
        rest: Rest,
    ) -> bool {
        // What the open transaction has read lately and the filter has forgotten.
        if ask == Ask::Read && self.may_have_without_asking(object) {
            return false;
        }
        let header = object.header.load();
        if header & header::OWNER_MASK == FREE && self.take_free(mutator, object, header) {
            return false;
        }
        let me = self.peer;
        let since = std::time::Instant::now();
        let (what, place) = (me.what(object), me.place());
        me.clear_answers();
        // SAFETY: handed on.
        unsafe {
            self.ask_for(mutator, Request { object, ask, from: me, age: 0, fence: 0, what, place }, rest)
        };
        match me.answers(what) {
            Some((conflict, true)) => me.events.wait(me.host(), since, &conflict),
            Some((conflict, false)) => me.events.steal(me.host(), since, &conflict),
            None => {}
        }
        true
    }

    /// As [`Ownership::obtain`], by means of this request.
    ///
    /// # Safety
    /// As for [`Ownership::obtain`].
    unsafe fn ask_for(&mut self, mutator: &mut Mutator, mut request: Request, rest: Rest) {
        let (me, ask) = (self.peer, request.ask);
        let seat = mutator.seat;
        me.clear_grant();
        // SAFETY: the caller vouches for the object.
        let object = unsafe { &*request.object };
        let busy = free::is_contended(object);
        // Who holds other objects meanwhile does not wait on purpose.
        let holds = self.tx.as_ref().is_some_and(|tx| !tx.touched.is_empty());
        if !busy && !holds {
            let delay = self.lost.delay(object as *const Object as usize, free::is_hot(object));
            if !delay.is_zero() {
                seat.at_rest(rest, || pause(delay));
            }
        }
        request.age =
            self.tx.as_ref().map_or_else(transaction::now, |tx| if tx.irrevocable { 0 } else { tx.age });
        let (mut asked, mut refusals) = (false, 0);
        let begun = self.exclusive.then(Instant::now);
        loop {
            if self.is_doomed() {
                return;
            }
            if begun.is_some_and(|begun| begun.elapsed() > VAIN) {
                self.readmit_others();
            }
            let header = object.header.load();
            match Token::of(header) {
                _ if header & header::OWNER_MASK == FREE => {
                    if self.take_free(mutator, object, header) {
                        if busy {
                            free::note_use(object, me.token, true);
                        }
                        return;
                    }
                }
                Some(token) if token == me.token => {
                    self.touch(object);
                    if busy {
                        free::note_use(object, me.token, true);
                    }
                    if asked {
                        self.note_move(mutator, object);
                    }
                    self.give_back_later(mutator, object);
                    return;
                }
                Some(token) => {
                    asked = true;
                    let owner = token.peer();
                    if ask == Ask::Read && self.is_still_readable(object, header, owner) {
                        self.note_read(object);
                        return;
                    }
                    // SAFETY: the object is live; this thread is at rest while it waits.
                    seat.at_rest(rest, || unsafe { take_from(owner, &request, header) });
                }
                None if ask == Ask::Read => {
                    self.note_read(object);
                    if asked {
                        self.gotten.note(object);
                    }
                    return;
                }
                None => {
                    let pending = header & !header::OWNER_MASK | me.token.bits() | PENDING;
                    let fence_number = me.begin_fence();
                    if object.header.replace(header, pending) {
                        let request = Request { ask: Ask::Fence, fence: fence_number, ..request };
                        let agreed = seat.at_rest(rest, || fence(&request));
                        let now = object.header.load() & !PENDING;
                        if !self.is_mine(now) {
                            // An exclusive thread has not waited for the fence.
                            self.answer_deferred();
                            continue;
                        }
                        if agreed {
                            object.header.store(now);
                            self.answer_deferred();
                            self.touch(object);
                            self.note_upgrade(mutator, object);
                            return;
                        }
                        // Older transactions may need it meanwhile.
                        object.header.store(now & !header::OWNER_MASK | SHARED.bits());
                        self.answer_deferred();
                        refusals += 1;
                        let level = if refusals < REFUSALS { refusals.min(4) } else { 6 };
                        seat.at_rest(rest, || pause(Duration::from_micros(1 << level)));
                    }
                }
            }
        }
    }

    /// Whether the thread may read the object with nothing more than a note.
    fn may_have_without_asking(&mut self, object: &Object) -> bool {
        let header = object.header.load();
        match Token::of(header) {
            Some(token) if !self.is_mine(header) => {
                if !self.is_still_readable(object, header, token.peer()) {
                    return false;
                }
                self.note_read(object);
            }
            None if header & header::OWNER_MASK == FREE => return false,
            None => self.note_read(object),
            Some(_) => self.touch(object),
        }
        true
    }
}

/// Waits, in the end asleep.
struct Waiter {
    rounds: u32,
    since: Option<Instant>,
}

impl Waiter {
    fn new() -> Waiter {
        Waiter { rounds: 0, since: None }
    }

    fn step(&mut self) {
        self.rounds += 1;
        if self.rounds < SPINS {
            if self.rounds.is_multiple_of(YIELD) {
                sync::yield_now();
            }
            sync::spin_loop();
        } else {
            self.since.get_or_insert_with(Instant::now);
            sync::park_timeout(NAP);
        }
    }

    /// Whether it has begun to sleep.
    fn sleeps(&self) -> bool {
        self.since.is_some()
    }

    /// Whether the thread waits in vain, if those that it waits for stand still because of it.
    fn waits_in_vain(&self, thread: &Peer) -> bool {
        self.since.is_some_and(|since| since.elapsed() > VAIN) && exclusive::is(thread.seat)
    }

    /// How deep inside an operation a thread may be to be taken by this one: a frozen one has been waited for long enough, or has not.
    fn deepest(&self, thread: &Peer) -> Rest {
        let has_waited = self.since.is_some_and(|since| since.elapsed() > PATIENCE);
        if has_waited || exclusive::is(thread.seat) { Rest::Frozen } else { Rest::Open }
    }
}

fn pause(time: Duration) {
    // Less than it takes to sleep and to wake up.
    if time < Duration::from_micros(20) {
        let begun = Instant::now();
        while begun.elapsed() < time {
            sync::spin_loop();
        }
    } else {
        sync::sleep(time);
    }
}

/// Waits a short time for a contended object, which nobody keeps for long. Whether the owner has given it back.
fn is_given_back(object: &Object, owner: &Peer) -> bool {
    for round in 0..BACKOFF {
        for _ in 0..1 << round {
            sync::spin_loop();
        }
        if Token::of(object.header.load()) != Some(owner.token) {
            return true;
        }
    }
    false
}

/// Waits until the header of the requested object is no longer `header`, and does what it takes.
///
/// # Safety
/// The object must be live, and the calling thread at rest.
unsafe fn take_from(owner: &'static Peer, request: &Request, header: u64) {
    // SAFETY: the caller vouches for the object.
    let object = unsafe { &*request.object };
    if owner.is_gone() {
        let to = if request.ask == Ask::Write { request.from.token } else { SHARED };
        // It may have been ended in the middle of a transaction, or while it waited for others to have finished reading.
        let flags = header & FLAGS & !(PENDING | transaction::MARKS) | header::OLD;
        object.header.replace(header, header & !0xffff_ffff | to.bits() | flags);
        return;
    }
    if free::is_contended(object) && is_given_back(object, owner) {
        return;
    }
    // The number of its last news when it was asked.
    let mut asked = None;
    let mut waiter = Waiter::new();
    loop {
        let now = object.header.load();
        // Relaxed: the seat's status orders what matters.
        let ended = Token::of(now) != Some(owner.token) || owner.is_gone() || request.from.is_doomed();
        if ended || waiter.waits_in_vain(request.from) {
            break;
        }
        if let Some(taken) = owner.seat.try_take(waiter.deepest(request.from)) {
            // SAFETY: the thread is taken, so its state is ours, as long as the seat is still that of the owner.
            unsafe { answer_for(owner, &taken, request) };
        } else if asked.is_none() || waiter.sleeps() && owner.has_answered(request.from) == Answer::Yes {
            // An answer may have come when the object was another thread's for a while: then it is time to ask again.
            asked = Some(owner.news());
            owner.ask(*request);
        }
        waiter.step();
    }
    if let Some(mut before) = asked {
        // It says so as soon as it has given the object away.
        for _ in 0..SPINS.min(YIELD) {
            if owner.answer_to(request.from, &mut before) == Answer::Yes {
                return;
            }
            sync::spin_loop();
        }
        owner.withdraw(request.from);
    }
}

/// Answers a request in the name of a thread that has been taken. Whether it agrees.
///
/// # Safety
/// As for [`Ownership::respond`].
unsafe fn answer_for(owner: &'static Peer, taken: &Taken, request: &Request) -> bool {
    let (own, mutator) = (owner.own(), taken.seat.mutator());
    // SAFETY: the caller has taken the thread.
    owner.is_gone() || own.is_null() || mutator.is_null() || unsafe { (*own).respond(&mut *mutator, request) }
}

/// Waits until no other thread can be in the middle of reading the object. False if an older transaction has read it.
fn fence(request: &Request) -> bool {
    let me = request.from;
    // Each with the number of its news when it was asked.
    let mut waiting: Vec<(&'static Peer, Option<u64>)> =
        peer::others(me).into_iter().map(|p| (p, None)).collect();
    // Those that run have time to answer while the others are looked at.
    for (peer, asked) in waiting.iter_mut().filter(|(peer, _)| peer.seat.is_running()) {
        *asked = Some(peer.news());
        peer.ask(*request);
    }
    let mut waiter = Waiter::new();
    loop {
        let mut refused = me.is_doomed() || waiter.waits_in_vain(me);
        waiting.retain_mut(|(peer, asked)| {
            if peer.is_gone() {
                return false;
            }
            if let Some(before) = asked {
                match peer.answer_to(me, before) {
                    Answer::Yes => return false,
                    Answer::Later => refused = true,
                    Answer::NotYet => {}
                }
            }
            if let Some(taken) = peer.seat.try_take(waiter.deepest(me)) {
                // SAFETY: the thread has been taken; the object is live.
                if unsafe { answer_for(peer, &taken, request) } {
                    // It may have read what is going to be written now.
                    peer.note_loss();
                    if asked.is_some() {
                        peer.withdraw(me);
                    }
                    return false;
                }
                refused = true;
            } else if asked.is_none() {
                *asked = Some(peer.news());
                peer.ask(*request);
            }
            true
        });
        if waiting.is_empty() {
            return true;
        }
        if refused {
            waiting.iter().filter(|(_, asked)| asked.is_some()).for_each(|(peer, _)| peer.withdraw(me));
            return false;
        }
        waiter.step();
    }
}
