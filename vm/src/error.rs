//! Raising exceptions from native code.

use crate::{builtins::exceptions, thread::Thread, value::Value};

/// An exception has been raised; it stands in [`Thread::exception`].
#[derive(Debug)]
pub struct Raised(());

impl Raised {
    /// The token for an exception that is pending already.
    pub(crate) fn pending() -> Raised {
        Raised(())
    }
}

/// Result of anything that can raise.
pub type PyResult<T = Value> = Result<T, Raised>;

macro_rules! exceptions {
    ($($name:ident $base:ident $doc:literal;)*) => {
        /// The built-in exception classes.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Exc { $(#[doc = $doc] $name,)* }

        /// Name, base class and docstring of each, in the order of [`Exc`].
        pub const EXCEPTION_ROWS: &[(&str, Exc, &str)] = &[$((stringify!($name), Exc::$base, $doc),)*];
    };
}

exceptions! {
    BaseException BaseException "Common base class for all exceptions.";
    Exception BaseException "Common base class for all non-exit exceptions.";
    BaseExceptionGroup BaseException "A combination of multiple unrelated exceptions.";
    GeneratorExit BaseException "Request that a generator exit.";
    KeyboardInterrupt BaseException "Program interrupted by user.";
    SystemExit BaseException "Request to exit from the interpreter.";
    ArithmeticError Exception "Base class for arithmetic errors.";
    AssertionError Exception "Assertion failed.";
    AttributeError Exception "Attribute not found.";
    BufferError Exception "Buffer error.";
    EOFError Exception "Read beyond end of file.";
    ImportError Exception "Import can't find module, or can't find name in module.";
    LookupError Exception "Base class for lookup errors.";
    MemoryError Exception "Out of memory.";
    NameError Exception "Name not found globally.";
    OSError Exception "Base class for I/O related errors.";
    ReferenceError Exception "Weak ref proxy used after referent went away.";
    RuntimeError Exception "Unspecified run-time error.";
    StopAsyncIteration Exception "Signal the end from iterator.__anext__().";
    StopIteration Exception "Signal the end from iterator.__next__().";
    SyntaxError Exception "Invalid syntax.";
    SystemError Exception "Internal error in the Python interpreter.";
    TypeError Exception "Inappropriate argument type.";
    ValueError Exception "Inappropriate argument value (of correct type).";
    Warning Exception "Base class for warning categories.";
    FloatingPointError ArithmeticError "Floating-point operation failed.";
    OverflowError ArithmeticError "Result too large to be represented.";
    ZeroDivisionError ArithmeticError "Second argument to a division or modulo operation was zero.";
    ModuleNotFoundError ImportError "Module not found.";
    IndexError LookupError "Sequence index out of range.";
    KeyError LookupError "Mapping key not found.";
    UnboundLocalError NameError "Local name referenced but not bound to a value.";
    BlockingIOError OSError "I/O operation would block.";
    ChildProcessError OSError "Child process error.";
    ConnectionError OSError "Connection error.";
    FileExistsError OSError "File already exists.";
    FileNotFoundError OSError "File not found.";
    InterruptedError OSError "Interrupted by signal.";
    IsADirectoryError OSError "Operation doesn't work on directories.";
    NotADirectoryError OSError "Operation only works on directories.";
    PermissionError OSError "Not enough permissions.";
    ProcessLookupError OSError "Process not found.";
    TimeoutError OSError "Timeout expired.";
    BrokenPipeError ConnectionError "Broken pipe.";
    ConnectionAbortedError ConnectionError "Connection aborted.";
    ConnectionRefusedError ConnectionError "Connection refused.";
    ConnectionResetError ConnectionError "Connection reset.";
    NotImplementedError RuntimeError "Method or function hasn't been implemented yet.";
    PythonFinalizationError RuntimeError "Operation blocked during Python finalization.";
    RecursionError RuntimeError "Recursion limit exceeded.";
    IndentationError SyntaxError "Improper indentation.";
    TabError IndentationError "Improper mixture of spaces and tabs.";
    IncompleteInputError SyntaxError "incomplete input.";
    UnicodeError ValueError "Unicode related error.";
    UnicodeDecodeError UnicodeError "Unicode decoding error.";
    UnicodeEncodeError UnicodeError "Unicode encoding error.";
    UnicodeTranslateError UnicodeError "Unicode translation error.";
    BytesWarning Warning "Base class for warnings about bytes and buffer related problems, mostly related to conversion from str or comparing to str.";
    DeprecationWarning Warning "Base class for warnings about deprecated features.";
    EncodingWarning Warning "Base class for warnings about encodings.";
    FutureWarning Warning "Base class for warnings about constructs that will change semantically in the future.";
    ImportWarning Warning "Base class for warnings about probable mistakes in module imports";
    PendingDeprecationWarning Warning "Base class for warnings about features which will be deprecated in the future.";
    ResourceWarning Warning "Base class for warnings about resource usage.";
    RuntimeWarning Warning "Base class for warnings about dubious runtime behavior.";
    SyntaxWarning Warning "Base class for warnings about dubious syntax.";
    UnicodeWarning Warning "Base class for warnings about Unicode related problems, mostly related to conversion problems.";
    UserWarning Warning "Base class for warnings generated by user code.";
}

impl Thread {
    /// Raises a new exception of a built-in class with one argument, the message.
    #[cold]
    pub fn raise(&mut self, class: Exc, message: impl AsRef<str>) -> Raised {
        let text = self.new_str(message.as_ref());
        self.raise_args(class, &[text])
    }

    /// Raises a new exception of a built-in class with these arguments.
    #[cold]
    pub fn raise_args(&mut self, class: Exc, args: &[Value]) -> Raised {
        let exception = exceptions::new_exception(self, class, args);
        self.raise_value(exception)
    }

    /// Raises an exception object. Its context becomes the exception being handled, unless it is that one.
    #[cold]
    pub fn raise_value(&mut self, exception: Value) -> Raised {
        exceptions::set_context_on_raise(self, exception);
        self.exception = exception;
        Raised(())
    }

    /// Raises an exception again: context and traceback stay as they are.
    #[cold]
    pub fn reraise(&mut self, exception: Value) -> Raised {
        self.exception = exception;
        Raised(())
    }

    /// `TypeError`
    #[cold]
    pub fn type_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.raise(Exc::TypeError, message)
    }

    /// `ValueError`
    #[cold]
    pub fn value_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.raise(Exc::ValueError, message)
    }

    /// `KeyError` with the key itself as its argument.
    #[cold]
    pub fn key_error(&mut self, key: Value) -> Raised {
        self.raise_args(Exc::KeyError, &[key])
    }

    /// `IndexError`
    #[cold]
    pub fn index_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.raise(Exc::IndexError, message)
    }

    /// `OverflowError`
    #[cold]
    pub fn overflow_error(&mut self, message: impl AsRef<str>) -> Raised {
        self.raise(Exc::OverflowError, message)
    }

    /// `StopIteration` without a value: how a native `__next__` says that it is at its end.
    #[cold]
    pub fn stop_iteration(&mut self) -> Raised {
        self.raise_args(Exc::StopIteration, &[])
    }

    /// Whether the pending exception is an instance of a built-in exception class.
    pub fn pending_is(&self, class: Exc) -> bool {
        exceptions::is_instance(self, self.exception, class)
    }

    /// Swallows the pending exception if it is of this class; otherwise hands it back.
    pub fn catch(&mut self, raised: Raised, class: Exc) -> PyResult<Value> {
        if self.pending_is(class) { Ok(self.take_exception(raised)) } else { Err(raised) }
    }
}
