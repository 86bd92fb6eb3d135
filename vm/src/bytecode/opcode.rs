//! The instruction set: one row per opcode.
//!
//! An instruction is one 64-bit word `op:16 | a:16 | b:16 | c:16` (little endian, so that each field is one
//! load from the instruction pointer), or `op:16 | a:16 | imm:32` where the row says `imm`. Rows with more than
//! one word are followed by that many words minus one of operands or inline caches.
//!
//! `R[x]` is register x of the current window: named locals first, temporaries above them. `K[x]` is a constant,
//! `N[x]` a name of the code object. A jump operand is a signed distance in words from the word *that holds the
//! operand*. `-` in an operand column means that the field is unused and zero.
//!
//! **Call windows.** A call at base `x` uses `R[x]` for the callable (and then for the result), `R[x+1..x+4]` for
//! the links of the new frame (never to be used by the compiler while the call is being prepared) and
//! `R[x+4..]` for the arguments, which become the first registers of the callee's window without being copied.

/// How an operand field is to be read; drives the disassembler and the verifier of the code builder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// Unused, zero.
    None,
    /// Register that is read.
    In,
    /// Register that is written.
    Out,
    /// Register that is read and written, or the first of a group of registers.
    Reg,
    /// Register that is read, or `NO_REG` for none.
    Opt,
    /// Unsigned number: a count, a flag set, a selector.
    Num,
    /// Signed 16-bit immediate.
    Int,
    /// Index into the constants.
    Const,
    /// Index into the names.
    Name,
    /// Index into the constants plus one, or 0 for none (keyword-name tuples of calls).
    KwNames,
}

/// What the 32-bit immediate or the words after the first hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extra {
    /// Nothing: a one-word instruction with operands a, b, c.
    None,
    /// `imm` is a signed 32-bit integer.
    ImmInt,
    /// `imm` is a jump distance.
    ImmJump,
    /// The second word is a jump distance (low 32 bits, signed).
    WordJump,
    /// The second word is a constant index, replaced by the value itself when the code is loaded.
    WordConst,
    /// One inline-cache word follows.
    Cache1,
    /// Two inline-cache words follow.
    Cache2,
    /// `InitDone` with the same `a` follows, then one inline-cache word.
    Call,
}

impl Extra {
    /// Words after the first.
    pub const fn words(self) -> usize {
        match self {
            Extra::None | Extra::ImmInt | Extra::ImmJump => 0,
            Extra::WordJump | Extra::WordConst | Extra::Cache1 => 1,
            Extra::Cache2 | Extra::Call => 2,
        }
    }
}

/// Operand value that stands for "no register" in an [`Operand::Opt`] field.
pub const NO_REG: u16 = u16::MAX;

/// Number of registers between the callable of a call and its first argument.
pub const CALL_LINKS: u16 = 4;

/// Calls `$m!` with one row per opcode: `Name a b c extra "what it does"`.
///
/// Rows up to `Quickened` are emitted by the compiler. The rest are forms into which the interpreter rewrites
/// them; the operands of a quickened form are those of its generic form.
#[macro_export]
macro_rules! for_each_opcode {
    ($m:ident) => {
        $m! {
    // ---- loads and moves
    Nop None None None None "nothing";
    Move Out In None None "R[a] = R[b]";
    LoadConst Out None None WordConst "R[a] = K[word]";
    LoadInt Out None None ImmInt "R[a] = imm, a small int";
    LoadNone Out None None None "R[a] = None";
    LoadTrue Out None None None "R[a] = True";
    LoadFalse Out None None None "R[a] = False";
    CheckBound In None Name None "UnboundLocalError naming N[c] if R[a] is unset";
    DeleteFast Reg None Name None "unset R[a]; UnboundLocalError naming N[c] if it was unset";
    Unset Out None None None "R[a] = unset, without a check (end of `except as`, inlined comprehensions)";
    // ---- names
    LoadGlobal Out None Name Cache2 "R[a] = global or builtin N[c]; NameError";
    StoreGlobal In None Name Cache1 "global N[c] = R[a]";
    DeleteGlobal None None Name None "del global N[c]; NameError";
    LoadName Out None Name Cache2 "R[a] = N[c] of the namespace, the globals or the builtins; NameError";
    StoreName In None Name Cache1 "namespace[N[c]] = R[a]";
    DeleteName None None Name None "del namespace[N[c]]; NameError";
    LoadLocals Out None None None "R[a] = the frame's namespace (class bodies)";
    LoadFromDictOrGlobal Out In Name None "R[a] = R[b][N[c]] if there (R[b] a mapping), else global or builtin N[c]";
    LoadFromDictOrDeref Out In In None "R[a] = R[b][name of cell register c] if there, else content of the cell R[c]; NameError";
    // ---- cells
    MakeCell Reg None None None "R[a] = a new cell that holds what R[a] held (unset included)";
    CopyFree Out Num None None "R[a..a+b] = the b cells of the running function's closure";
    LoadDeref Out In Name None "R[a] = content of the cell R[b]; UnboundLocalError or NameError (free variable) naming N[c]";
    StoreDeref In In None None "content of the cell R[a] = R[b]";
    DeleteDeref None In Name None "empty the cell R[b]; UnboundLocalError or NameError naming N[c] if it was empty";
    // ---- arithmetic: R[a] = R[b] op R[c]
    Add Out In In None "+";
    Sub Out In In None "-";
    Mul Out In In None "*";
    TrueDiv Out In In None "/";
    FloorDiv Out In In None "//";
    Mod Out In In None "%";
    Pow Out In In None "**";
    MatMul Out In In None "@";
    LShift Out In In None "<<";
    RShift Out In In None ">>";
    And Out In In None "&";
    Or Out In In None "|";
    Xor Out In In None "^";
    IAdd Out In In None "+=";
    ISub Out In In None "-=";
    IMul Out In In None "*=";
    ITrueDiv Out In In None "/=";
    IFloorDiv Out In In None "//=";
    IMod Out In In None "%=";
    IPow Out In In None "**=";
    IMatMul Out In In None "@=";
    ILShift Out In In None "<<=";
    IRShift Out In In None ">>=";
    IAnd Out In In None "&=";
    IOr Out In In None "|=";
    IXor Out In In None "^=";
    // ---- arithmetic with a small int on the right: R[a] = R[b] op c
    AddInt Out In Int None "+";
    SubInt Out In Int None "-";
    MulInt Out In Int None "*";
    FloorDivInt Out In Int None "//";
    ModInt Out In Int None "%";
    AndInt Out In Int None "&";
    LShiftInt Out In Int None "<<";
    RShiftInt Out In Int None ">>";
    IAddInt Out In Int None "+=";
    ISubInt Out In Int None "-=";
    // ---- unary: R[a] = op R[b]
    Neg Out In None None "-";
    Pos Out In None None "+";
    Invert Out In None None "~";
    Not Out In None None "not; always a bool";
    ToBool Out In None None "bool(R[b])";
    // ---- comparisons: R[a] = R[b] op R[c]
    Lt Out In In None "<";
    Le Out In In None "<=";
    Eq Out In In None "==";
    Ne Out In In None "!=";
    Gt Out In In None ">";
    Ge Out In In None ">=";
    Is Out In In None "is";
    IsNot Out In In None "is not";
    In Out In In None "R[b] in R[c]";
    NotIn Out In In None "R[b] not in R[c]";
    // ---- jumps
    Jump None None None ImmJump "go to imm, forward or backward (backward ones poll the safepoint)";
    JumpIfTrue In None None ImmJump "go to imm if R[a] is true";
    JumpIfFalse In None None ImmJump "go to imm if R[a] is false";
    JumpIfNone In None None ImmJump "go to imm if R[a] is None";
    JumpIfNotNone In None None ImmJump "go to imm if R[a] is not None";
    JumpIfLt In In None WordJump "go to word if R[a] < R[b] is true";
    JumpIfLe In In None WordJump "<=";
    JumpIfEq In In None WordJump "==";
    JumpIfNe In In None WordJump "!=";
    JumpIfGt In In None WordJump ">";
    JumpIfGe In In None WordJump ">=";
    JumpUnlessLt In In None WordJump "go to word if R[a] < R[b] is false";
    JumpUnlessLe In In None WordJump "<=";
    JumpUnlessEq In In None WordJump "==";
    JumpUnlessNe In In None WordJump "!=";
    JumpUnlessGt In In None WordJump ">";
    JumpUnlessGe In In None WordJump ">=";
    JumpIfLtInt In None Int WordJump "go to word if R[a] < c is true";
    JumpIfLeInt In None Int WordJump "<=";
    JumpIfEqInt In None Int WordJump "==";
    JumpIfNeInt In None Int WordJump "!=";
    JumpIfGtInt In None Int WordJump ">";
    JumpIfGeInt In None Int WordJump ">=";
    JumpUnlessLtInt In None Int WordJump "go to word if R[a] < c is false";
    JumpUnlessLeInt In None Int WordJump "<=";
    JumpUnlessEqInt In None Int WordJump "==";
    JumpUnlessNeInt In None Int WordJump "!=";
    JumpUnlessGtInt In None Int WordJump ">";
    JumpUnlessGeInt In None Int WordJump ">=";
    JumpIfIs In In None WordJump "go to word if R[a] is R[b]";
    JumpIfIsNot In In None WordJump "go to word if R[a] is not R[b]";
    JumpIfIn In In None WordJump "go to word if R[a] in R[b]";
    JumpIfNotIn In In None WordJump "go to word if R[a] not in R[b]";
    // ---- attributes and items
    LoadAttr Out In Name Cache2 "R[a] = R[b].N[c]";
    StoreAttr In In Name Cache2 "R[a].N[c] = R[b]";
    DeleteAttr In None Name None "del R[a].N[c]";
    LoadMethod Reg In Name Cache2 "R[a] = callable N[c] of R[b] and R[a+4] = self, or R[a+4] = unset if it takes no self";
    LoadSuperAttr Out Reg Name None "R[a] = super(R[b+1], R[b+2]).N[c] where R[b] is the global `super` (called if it is not the builtin)";
    LoadSuperMethod Reg Reg Name None "as LoadMethod, on super(R[b+1], R[b+2])";
    LoadSpecial Reg In Num None "as LoadMethod for the context-manager method c (0 __enter__, 1 __exit__, 2 __aenter__, 3 __aexit__) of the type of R[b]; TypeError of `with`";
    GetItem Out In In None "R[a] = R[b][R[c]]";
    GetItemInt Out In Int None "R[a] = R[b][c]";
    SetItem In In In None "R[a][R[b]] = R[c]";
    DelItem In In None None "del R[a][R[b]]";
    GetSlice Out In Reg None "R[a] = R[b][R[c]:R[c+1]]";
    SetSlice In Reg In None "R[a][R[b]:R[b+1]] = R[c]";
    // ---- calls
    Call Reg Num KwNames Call "R[a] = R[a](R[a+4..a+4+b]), the last ones named by K[c-1] if c";
    CallMethod Reg Num KwNames Call "after LoadMethod: as Call with b arguments from R[a+5]; self in R[a+4] if not unset";
    CallEx Reg None None Call "R[a] = R[a](*R[a+4], **R[a+5]); R[a+4] any iterable (a tuple if the compiler made it), R[a+5] a dict or unset";
    InitDone Reg None None None "second word of a call: end of __init__, which must have returned None; the instance is in R[a]";
    Return In None None None "leave the frame with R[a]";
    ReturnNone None None None None "leave the frame with None";
    MakeFunction Reg Const Num None "R[a] = function of code K[b]; flags c: 1 R[a] defaults tuple, 2 R[a+1] keyword defaults dict, 4 R[a+2] __annotate__ function, 8 R[a+3] closure tuple";
    LoadBuildClass Out None None None "R[a] = __build_class__";
    // ---- building
    BuildTuple Out Reg Num None "R[a] = (R[b], ... c of them)";
    BuildList Out Reg Num None "R[a] = [R[b], ... c of them]";
    BuildSet Out Reg Num None "R[a] = {R[b], ... c of them}";
    BuildMap Out Reg Num None "R[a] = {R[b]: R[b+1], ... c pairs}";
    BuildString Out Reg Num None "R[a] = ''.join of the c strs from R[b]";
    BuildSlice Out Reg None None "R[a] = slice(R[b], R[b+1], R[b+2])";
    ListAppend In In None None "append R[b] to the list R[a]";
    ListExtend In In None None "extend the list R[a] by the iterable R[b] (TypeError of `*`)";
    ListToTuple Out In None None "R[a] = tuple of the list R[b]";
    SetAdd In In None None "add R[b] to the set R[a]";
    SetUpdate In In None None "update the set R[a] by the iterable R[b]";
    MapAdd In In In None "R[a][R[b]] = R[c], R[a] a dict";
    DictUpdate In In None None "update the dict R[a] by the mapping R[b] (TypeError of `{**x}`)";
    DictMerge In In In None "update the dict R[a] by the mapping R[b]; duplicate keys are TypeErrors of a call of R[c]";
    Format Out In Opt None "R[a] = format(R[b], R[c] or '')";
    Convert Out In Num None "R[a] = str (1), repr (2) or ascii (3) of R[b]";
    BuildInterpolation Out Reg Num None "R[a] = Interpolation(value R[b], expression str R[b+1], conversion c as in Convert or 0, format spec R[b+2])";
    BuildTemplate Out In In None "R[a] = Template(strings tuple R[b], interpolations tuple R[c])";
    // ---- iteration
    GetIter Reg In None None "R[a..a+3] = iteration state over R[b]";
    UseIter Reg In None None "R[a..a+3] = iteration state over the iterator R[b]";
    ForIter Out Reg None WordJump "next item of the state R[b..b+3]: R[a] = item and go to word (backward), or fall through at the end";
    UnpackSequence Out In Num None "R[a..a+c] = the c items of R[b]; ValueError if more or fewer";
    UnpackEx Out In Num None "R[a..]: c & 255 items before, the starred list, c >> 8 items after, of R[b]";
    // ---- exceptions
    Raise Opt Opt None None "raise R[a] from R[b]; without a: re-raise the handled exception";
    Reraise In None None None "raise R[a] again as it is, traceback kept";
    PushExc Reg None None None "R[a+1] = the handled exception so far; the handled exception = R[a]";
    PopExc In None None None "the handled exception = R[a+1]";
    ExcMatch Out In In None "R[a] = bool: does exception R[b] match type or tuple R[c]";
    ExcGroupMatch Out In In None "R[a] = matching part of R[b] for type R[c] or None, R[a+1] = the rest or None (except*)";
    ExcTriple Out In None None "R[a..a+3] = type, value, traceback of R[b] (arguments of __exit__)";
    // ---- generators and coroutines
    ReturnGenerator None None None None "make the generator, coroutine or async generator of this frame and return it";
    Yield Out In Num None "suspend with R[b], the first c registers being in use; on resumption R[a] = the value sent";
    YieldDelegated Out In Num None "as Yield, for `yield from` and `await`";
    Send Reg In None WordJump "send R[a] to the iterator R[b]: R[a] = what it yields, or at its end R[a] = its value and go to word. Must be followed directly by `YieldDelegated a a c` and a `Jump` back to it";
    YieldFromIter Out In None None "R[a] = iterator of `yield from R[b]`";
    GetAwaitable Out In Num None "R[a] = iterator of `await R[b]`; c: 0 await, 1 __aenter__, 2 __aexit__ (error text)";
    GetAiter Out In None None "R[a] = type(R[b]).__aiter__(R[b])";
    GetAnext Out In None None "R[a] = awaitable iterator of R[b].__anext__()";
    EndAsyncFor In None None None "nothing if the exception R[a] is StopAsyncIteration, else re-raise it";
    // ---- modules
    ImportName Out Reg Name None "R[a] = __import__(N[c], globals, locals, fromlist R[b+1], level R[b])";
    ImportFrom Out In Name None "R[a] = attribute or submodule N[c] of R[b]; ImportError";
    ImportStar In None None None "copy the public names of module R[a] into the namespace";
    // ---- match
    GetLen Out In None None "R[a] = len(R[b])";
    MatchMapping Out In None None "R[a] = bool: is R[b] a mapping for patterns";
    MatchSequence Out In None None "R[a] = bool: is R[b] a sequence for patterns";
    MatchKeys Out In In None "R[a] = tuple of the values of the keys tuple R[c] in R[b], or None";
    MatchClass Out In Reg None "R[a] = tuple of attributes of R[b] for class R[c], R[c+1] = tuple of keyword names, R[c+2] = number of positional patterns; or None";
    // ---- the rest
    Intrinsic Out Reg Num None "R[a] = intrinsic function c (see `Intrinsic`) of the registers from R[b]";
    // ---- quickened forms
    Quickened None None None None "separator, never executed";
    GenReturn In None None None "Return of a generator or coroutine";
    GenReturnNone None None None None "ReturnNone of a generator or coroutine";
    Halt None None None None "leave the interpreter: return address of frames entered from native code";
    LeaveFrame None None None None "end of a frame that has an object: return address of watched frames";
    Deliver Num None None None "the result of the frame above, which a special method left, goes to register a of the waiting instruction of `a` words: its return address";
    ForIterGenerator Out Reg None WordJump "ForIter over a generator";
    SendGenerator Reg In None WordJump "Send to a generator or coroutine";
    LoadAttrSlot Out In Name Cache2 "LoadAttr of an attribute in the instance; cache: shape and word";
    LoadAttrClass Out In Name Cache2 "LoadAttr of a plain value on the class; caches: shape and version, value";
    LoadAttrType Out In Name Cache2 "LoadAttr of a class's attribute; caches: shape and version of the class, value";
    LoadAttrModule Out In Name Cache2 "LoadAttr of a module's global; cache: keys version and entry";
    StoreAttrSlot In In Name Cache2 "StoreAttr to an attribute that is there; cache: shape and word";
    StoreAttrGrow In In Name Cache2 "StoreAttr that adds the attribute; caches: shape and word, next shape";
    LoadMethodClass Reg In Name Cache2 "LoadMethod of a function on the class; caches: shape and version, function";
    LoadMethodType Reg In Name Cache2 "LoadMethod of a function on a class itself; caches: shape and version of the class, function";
    LoadMethodTypeBound Reg In Name Cache2 "LoadMethod of a class method; caches as in LoadMethodType";
    LoadMethodModule Reg In Name Cache2 "LoadMethod of a module's global; cache: keys version and entry";
        }
    };
}

macro_rules! define_opcodes {
    ($($name:ident $a:ident $b:ident $c:ident $extra:ident $doc:literal;)*) => {
        /// An operation; the low 16 bits of an instruction's first word.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u16)]
        pub enum Op {
            $(#[doc = $doc] $name,)*
        }

        /// Every opcode's row, indexed by its number.
        pub static ROWS: &[Row] = &[$(Row {
            op: Op::$name,
            name: stringify!($name),
            a: Operand::$a,
            b: Operand::$b,
            c: Operand::$c,
            extra: Extra::$extra,
        },)*];
    };
}

/// What the table says of one opcode.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The opcode itself.
    pub op: Op,
    /// Its name as printed by the disassembler.
    pub name: &'static str,
    /// Meaning of field a.
    pub a: Operand,
    /// Meaning of field b.
    pub b: Operand,
    /// Meaning of field c.
    pub c: Operand,
    /// Meaning of the immediate and of the words after the first.
    pub extra: Extra,
}

for_each_opcode!(define_opcodes);

impl Op {
    /// The opcode with this number, if there is one.
    pub fn from_u16(n: u16) -> Option<Op> {
        ROWS.get(n as usize).map(|r| r.op)
    }

    /// The opcode's row.
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The opcode that the compiler emits for what this one is a special form of; itself if it is none.
    pub fn plain(self) -> Op {
        match self {
            Op::GenReturn => Op::Return,
            Op::GenReturnNone => Op::ReturnNone,
            Op::ForIterGenerator => Op::ForIter,
            Op::SendGenerator => Op::Send,
            Op::LoadAttrSlot | Op::LoadAttrClass | Op::LoadAttrType | Op::LoadAttrModule => Op::LoadAttr,
            Op::StoreAttrSlot | Op::StoreAttrGrow => Op::StoreAttr,
            Op::LoadMethodClass | Op::LoadMethodType | Op::LoadMethodTypeBound | Op::LoadMethodModule => {
                Op::LoadMethod
            }
            _ => self,
        }
    }

    /// Words that an instruction with this opcode takes.
    pub fn words(self) -> usize {
        1 + self.row().extra.words()
    }
}

/// Functions reached through [`Op::Intrinsic`]; the comment gives the registers from `R[b]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Intrinsic {
    /// Print the value of an expression statement in the REPL (value).
    Print,
    /// Make a `TypeVar` (name, bound-evaluating function or None, constraints-evaluating function or None).
    TypeVar,
    /// Make a `ParamSpec` (name).
    ParamSpec,
    /// Make a `TypeVarTuple` (name).
    TypeVarTuple,
    /// Attach the default-evaluating function (type parameter, function); the parameter.
    SetTypeParamDefault,
    /// `Generic[...]` of the type parameters (tuple).
    SubscriptGeneric,
    /// Make a `TypeAliasType` (name, tuple of type parameters or None, value-evaluating function).
    TypeAlias,
    /// Set `__type_params__` (function, tuple); the function.
    SetFunctionTypeParams,
    /// Set the annotations dict up for `SETUP_ANNOTATIONS`: make `__annotations__` in the namespace if missing ().
    SetupAnnotations,
    /// The exception to re-raise after `except*` clauses, or None (original exception, list of the raised and
    /// unhandled ones).
    PrepReraiseStar,
    /// Wrap a value yielded by an async generator (value).
    AsyncGenWrap,
    /// The `AssertionError` class ().
    AssertionError,
    /// The `NotImplementedError` class (), raised by `__annotate__` functions for unknown formats.
    NotImplementedError,
    /// `iter(value)` as an object, for generator expressions (value).
    Iter,
}
