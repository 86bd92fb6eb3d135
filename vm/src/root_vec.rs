//! Vectors of values that the collector knows.

use std::ptr::{self, NonNull};

use crate::value::Value;

/// Most values for which an unused vector keeps its memory.
const KEEP: usize = 1024;

/// The vectors of one thread: those in use in a ring around a head, unused ones in a chain. A vector is handed out and
/// taken back without an allocation, for natives need them all the time.
pub struct RootVecs(NonNull<Ring>);

struct Ring {
    head: Node,
    unused: *mut Node,
}

struct Node {
    values: Vec<Value>,
    previous: *mut Node,
    next: *mut Node,
    ring: *mut Ring,
}

impl Default for RootVecs {
    /// No vectors. The ring is never freed, so that a vector can outlive its thread's structure.
    fn default() -> RootVecs {
        let head = Node {
            values: Vec::new(),
            previous: ptr::null_mut(),
            next: ptr::null_mut(),
            ring: ptr::null_mut(),
        };
        let ring = Box::leak(Box::new(Ring { head, unused: ptr::null_mut() }));
        let at: *mut Node = &mut ring.head;
        ring.head.previous = at;
        ring.head.next = at;
        RootVecs(NonNull::from(ring))
    }
}

impl RootVecs {
    /// An empty vector.
    #[inline]
    pub fn take(&mut self) -> RootVec {
        let ring = self.0.as_ptr();
        // SAFETY: ring and nodes belong to this thread, which does nothing else with them meanwhile.
        unsafe {
            let node = match NonNull::new((*ring).unused) {
                Some(node) => {
                    (*ring).unused = (*node.as_ptr()).next;
                    node.as_ptr()
                }
                None => Self::new_node(ring),
            };
            let head = &raw mut (*ring).head;
            (*node).previous = head;
            (*node).next = (*head).next;
            (*(*head).next).previous = node;
            (*head).next = node;
            RootVec(NonNull::new_unchecked(node))
        }
    }

    #[cold]
    fn new_node(ring: *mut Ring) -> *mut Node {
        Box::leak(Box::new(Node {
            values: Vec::new(),
            previous: ptr::null_mut(),
            next: ptr::null_mut(),
            ring,
        }))
    }

    /// Calls `f` with every value in every vector.
    pub fn for_each(&self, mut f: impl FnMut(Value)) {
        let ring = self.0.as_ptr();
        // SAFETY: nodes in the ring are alive; they leave it when they are dropped.
        unsafe {
            let head = &raw const (*ring).head;
            let mut at = (*head).next as *const Node;
            while !ptr::eq(at, head) {
                (*at).values.iter().copied().for_each(&mut f);
                at = (*at).next;
            }
        }
    }
}

/// A growable array of values that the collector scans. Use it wherever a `Vec<Value>` would outlive a call that may
/// allocate.
pub struct RootVec(NonNull<Node>);

impl std::ops::Deref for RootVec {
    type Target = Vec<Value>;

    #[inline]
    fn deref(&self) -> &Vec<Value> {
        // SAFETY: the node belongs to this vector alone.
        unsafe { &self.0.as_ref().values }
    }
}

impl std::ops::DerefMut for RootVec {
    #[inline]
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        // SAFETY: as in `deref`; collections, which read it, run on this thread and not while the borrow is in use.
        unsafe { &mut self.0.as_mut().values }
    }
}

impl Drop for RootVec {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the node is in the ring, whose nodes are alive; nobody else refers to it.
        unsafe {
            let node = self.0.as_ptr();
            (*(*node).previous).next = (*node).next;
            (*(*node).next).previous = (*node).previous;
            let values = &mut (*node).values;
            if values.capacity() > KEEP {
                *values = Vec::new();
            } else {
                values.clear();
            }
            let ring = (*node).ring;
            (*node).next = (*ring).unused;
            (*ring).unused = node;
        }
    }
}
