//! Special methods that the interpreter looks up on types, each with a slot in every type for the result of the look-up.

macro_rules! specials {
    ($($variant:ident $name:literal,)*) => {
        /// A special method. Binary operators come in threes: plain, reflected, in place.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "each is named after its method")]
        pub enum Special { $($variant,)* }

        /// Names of the special methods, by number.
        pub const SPECIAL_NAMES: &[&str] = &[$($name,)*];
    };
}

specials! {
    Add "__add__", RAdd "__radd__", IAdd "__iadd__",
    Sub "__sub__", RSub "__rsub__", ISub "__isub__",
    Mul "__mul__", RMul "__rmul__", IMul "__imul__",
    TrueDiv "__truediv__", RTrueDiv "__rtruediv__", ITrueDiv "__itruediv__",
    FloorDiv "__floordiv__", RFloorDiv "__rfloordiv__", IFloorDiv "__ifloordiv__",
    Mod "__mod__", RMod "__rmod__", IMod "__imod__",
    Pow "__pow__", RPow "__rpow__", IPow "__ipow__",
    MatMul "__matmul__", RMatMul "__rmatmul__", IMatMul "__imatmul__",
    LShift "__lshift__", RLShift "__rlshift__", ILShift "__ilshift__",
    RShift "__rshift__", RRShift "__rrshift__", IRShift "__irshift__",
    And "__and__", RAnd "__rand__", IAnd "__iand__",
    Or "__or__", ROr "__ror__", IOr "__ior__",
    Xor "__xor__", RXor "__rxor__", IXor "__ixor__",
    DivMod "__divmod__", RDivMod "__rdivmod__",
    Neg "__neg__", Pos "__pos__", Invert "__invert__", Abs "__abs__",
    Int "__int__", Float "__float__", Complex "__complex__", Index "__index__",
    Round "__round__", Trunc "__trunc__", Floor "__floor__", Ceil "__ceil__",
    Lt "__lt__", Le "__le__", Eq "__eq__", Ne "__ne__", Gt "__gt__", Ge "__ge__",
    New "__new__", Init "__init__", Call "__call__", Del "__del__",
    GetAttribute "__getattribute__", GetAttr "__getattr__", SetAttr "__setattr__", DelAttr "__delattr__",
    Get "__get__", Set "__set__", Delete "__delete__",
    Repr "__repr__", Str "__str__", Bytes "__bytes__", Format "__format__", Hash "__hash__", Bool "__bool__",
    Len "__len__", LengthHint "__length_hint__", Iter "__iter__", Next "__next__", Reversed "__reversed__",
    Contains "__contains__", GetItem "__getitem__", SetItem "__setitem__", DelItem "__delitem__", Missing "__missing__",
    Enter "__enter__", Exit "__exit__", AEnter "__aenter__", AExit "__aexit__",
    Await "__await__", AIter "__aiter__", ANext "__anext__",
    InstanceCheck "__instancecheck__", SubclassCheck "__subclasscheck__",
    Dir "__dir__", FsPath "__fspath__", Buffer "__buffer__", ReleaseBuffer "__release_buffer__",
    ReduceEx "__reduce_ex__", Reduce "__reduce__", SizeOf "__sizeof__",
}

/// Number of special methods.
pub const SPECIAL_COUNT: usize = SPECIAL_NAMES.len();

impl Special {
    /// The method's name.
    pub fn name(self) -> &'static str {
        SPECIAL_NAMES[self as usize]
    }

    /// Number of the special method with this name.
    pub fn find(name: &str) -> Option<usize> {
        // Types are made and changed rarely; names without the underscores are turned away first.
        if !name.starts_with("__") {
            return None;
        }
        SPECIAL_NAMES.iter().position(|n| *n == name)
    }
}

/// A binary operator: its special methods and its sign.
#[derive(Clone, Copy, Debug)]
pub struct BinaryOp {
    /// Number of the plain method; the reflected and the in-place one follow it.
    pub special: u8,
    /// As in an error message.
    pub sign: &'static str,
}

macro_rules! binary_ops {
    ($($name:ident $special:ident $sign:literal;)*) => {
        $(
            #[doc = concat!("The operator `", $sign, "`.")]
            pub const $name: BinaryOp = BinaryOp { special: Special::$special as u8, sign: $sign };
        )*
    };
}

binary_ops! {
    ADD Add "+"; SUB Sub "-"; MUL Mul "*"; TRUE_DIV TrueDiv "/"; FLOOR_DIV FloorDiv "//"; MOD Mod "%";
    POW Pow "** or pow()"; MAT_MUL MatMul "@"; L_SHIFT LShift "<<"; R_SHIFT RShift ">>"; AND And "&"; OR Or "|";
    XOR Xor "^"; DIV_MOD DivMod "divmod()";
}

/// A comparison operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "named after the operators")]
pub enum Compare {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Compare {
    /// The special method.
    #[inline(always)]
    pub fn special(self) -> usize {
        Special::Lt as usize + self as usize
    }

    /// The operator with its operands exchanged.
    pub fn swapped(self) -> Compare {
        match self {
            Compare::Lt => Compare::Gt,
            Compare::Le => Compare::Ge,
            Compare::Gt => Compare::Lt,
            Compare::Ge => Compare::Le,
            same => same,
        }
    }

    /// As in an error message.
    pub fn sign(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// The result for operands with this ordering.
    #[inline(always)]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Compare::Lt => ordering.is_lt(),
            Compare::Le => ordering.is_le(),
            Compare::Eq => ordering.is_eq(),
            Compare::Ne => ordering.is_ne(),
            Compare::Gt => ordering.is_gt(),
            Compare::Ge => ordering.is_ge(),
        }
    }
}
