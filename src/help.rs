//! What `--help` and `--version` print.

/// First line of what a wrong command line gets.
pub(crate) const USAGE: &str = "usage: pystm [option] ... [-c cmd | -m mod | file | -] [arg] ...";

/// `--help`
pub(crate) const HELP: &str = "\
usage: pystm [option] ... [-c cmd | -m mod | file | -] [arg] ...

What to run, and its arguments (sys.argv); the prompt or standard input if nothing is named:
-c cmd : a program given as text
-m mod : a library module
file   : a script, or a directory or zip file with a __main__.py
-      : standard input

Options:
-b     : warn about str(bytes) and comparisons of bytes with str (-bb: error)
-B     : do not write .pyc files; also PYTHONDONTWRITEBYTECODE
-E     : ignore the PYTHON* environment variables
-h     : print this help; also --help
-i     : show a prompt after the program; also PYTHONINSPECT
-I     : isolated: -E, -P and -s
-O     : leave out assert statements (-OO: docstrings, too); also PYTHONOPTIMIZE
-P     : do not put the script's directory on sys.path; also PYTHONSAFEPATH
-q     : no banner at the prompt
-s     : no user site directory on sys.path; also PYTHONNOUSERSITE
-S     : do not import site
-u     : unbuffered standard output and error; also PYTHONUNBUFFERED
-v     : report imports; also PYTHONVERBOSE
-V     : print the version; also --version
-W arg : a warning filter, action:message:category:module:lineno; also PYTHONWARNINGS
-x     : skip the first line of the script
-X opt : dev, pycache_prefix=DIR, int_max_str_digits=N; other names only show in sys._xoptions
-X dis : print the program's bytecode instead of running it
--stats : print at exit what each thread did: transactions, waits, collections

pystm report FILE : what the log says that PYSTM_LOG=FILE has written (unless a file `report` is there to be run)

Variables besides those above: PYTHONPATH, PYTHONHASHSEED, PYTHONIOENCODING, PYTHONSTARTUP, PYTHON_HISTORY,
PYTHON_COLORS, NO_COLOR; PYSTM_LIB (directory of the library), PYSTM_GC (stress, verify, off, nursery=SIZE, limit=SIZE,
markers=N), PYSTM_LOG (file for conflicts, waits and the like, for `pystm report`), PYSTM_STRESS (ways to find mistakes).
";

/// `--version`, given this many times.
pub(crate) fn version(times: u8) -> String {
    let short = concat!("Python 3.14.0 (pystm ", env!("CARGO_PKG_VERSION"), ")");
    if times < 2 {
        return short.to_owned();
    }
    format!(
        "{short}\n{} {}, library {}",
        std::env::consts::ARCH,
        std::env::consts::OS,
        env!("PYSTM_LIBRARY_HASH")
    )
}
