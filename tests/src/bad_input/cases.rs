//! The cases, one row each. Expectations hold for CPython 3.14 too.

use std::time::Duration;

/// One case: a shell command in a directory of its own, `$PYTHON` being the interpreter.
pub(super) struct Case {
    /// Its name.
    pub(super) name: &'static str,
    /// Files that are there when it starts.
    pub(super) files: &'static [(&'static str, &'static [u8])],
    /// The command.
    pub(super) shell: &'static str,
    /// When to interrupt it, after its start.
    pub(super) interrupt_after: Option<Duration>,
    /// The exit codes that are right.
    pub(super) codes: &'static [i32],
    /// What standard error must contain when the exit code is not 0.
    pub(super) says: &'static str,
}

/// The exit code of a process that an interrupt ends: 130, from a shell or from an interpreter.
const INTERRUPTED: &[i32] = &[130];

/// A case whose script is `t.py`.
const fn script(
    name: &'static str,
    content: &'static [(&'static str, &'static [u8])],
    says: &'static str,
) -> Case {
    Case { name, files: content, shell: "exec $PYTHON t.py", interrupt_after: None, codes: &[1], says }
}

/// A case that is a command and needs no file.
const fn command(name: &'static str, shell: &'static str, codes: &'static [i32], says: &'static str) -> Case {
    Case { name, files: &[], shell, interrupt_after: None, codes, says }
}

/// A case whose script is interrupted after a second and a half; the shell passes on how the interpreter ended.
const fn interrupted(name: &'static str, content: &'static [(&'static str, &'static [u8])]) -> Case {
    Case {
        name,
        files: content,
        // The shell ignores the interrupt, so it lives to report the interpreter's end.
        shell: "trap : INT; $PYTHON t.py; code=$?; test $code = 1 && code=130; exit $code",
        interrupt_after: Some(Duration::from_millis(1500)),
        codes: INTERRUPTED,
        says: "KeyboardInterrupt",
    }
}

/// All of them.
pub(super) const CASES: &[Case] = &[
    // Source files that are not text, or not in the encoding that they claim.
    script("nul_bytes", &[("t.py", b"x = 1\n\0\nprint(x)\n")], "SyntaxError"),
    script("nul_in_string", &[("t.py", b"x = 'a\0b'\n")], "SyntaxError"),
    script("only_nul", &[("t.py", b"\0\0\0\0")], "SyntaxError"),
    script("not_utf8", &[("t.py", b"x = '\xff\xfe'\n")], "SyntaxError"),
    script("not_utf8_in_comment", &[("t.py", b"# caf\xe9\nprint(1)\n")], "SyntaxError"),
    script("truncated_utf8", &[("t.py", b"x = '\xe2\x82")], "SyntaxError"),
    script("unknown_encoding", &[("t.py", b"# -*- coding: no-such-codec -*-\nprint(1)\n")], "SyntaxError"),
    script(
        "encoding_contradicts_bom",
        &[("t.py", b"\xef\xbb\xbf# coding: latin-1\nprint(1)\n")],
        "SyntaxError",
    ),
    script("not_ascii_as_claimed", &[("t.py", b"# coding: ascii\nx = '\xc3\xa9'\n")], "SyntaxError"),
    script("utf16", &[("t.py", b"\xff\xfep\0r\0i\0n\0t\0(\x001\0)\0\n\0")], "SyntaxError"),
    script("binary_rubbish", &[("t.py", b"\x7fELF\x02\x01\x01\0\0\0\x80\x90\xff")], "SyntaxError"),
    script("form_feed_and_control", &[("t.py", b"\x0cx = 1\n\x01\n")], "SyntaxError"),
    script("tabs_and_spaces", &[("t.py", b"if 1:\n        x = 1\n\ty = 2\n")], "TabError"),
    script("unterminated_triple_quote", &[("t.py", b"x = '''abc\n\n")], "SyntaxError"),
    script("lone_backslash", &[("t.py", b"x = \\")], "SyntaxError"),
    script("no_newline_at_end_of_block", &[("t.py", b"def f():")], "IndentationError"),
    Case {
        name: "latin1_declared",
        files: &[("t.py", b"# coding: latin-1\nassert '\xe9' == chr(233)\n")],
        shell: "exec $PYTHON t.py",
        interrupt_after: None,
        codes: &[0],
        says: "",
    },
    Case {
        name: "bom_and_crlf",
        files: &[("t.py", b"\xef\xbb\xbfif 1:\r\n    x = 1\r\nassert x\r\n")],
        shell: "exec $PYTHON t.py",
        interrupt_after: None,
        codes: &[0],
        says: "",
    },
    // Scripts that cannot be read.
    command("directory_as_script", "mkdir d; exec $PYTHON d", &[1], "__main__"),
    command("missing_script", "exec $PYTHON nope.py", &[2], "nope.py"),
    command("empty_script_name", "exec $PYTHON ''", &[1, 2], ""),
    command(
        "unreadable_script",
        "echo 'print(1)' > t.py; chmod 000 t.py; test -r t.py && exit 2; exec $PYTHON t.py",
        &[2],
        "",
    ),
    command("broken_link", "ln -s nowhere t.py; exec $PYTHON t.py", &[2], "t.py"),
    command("device_as_script", "exec $PYTHON /dev/null", &[0], ""),
    command("missing_module", "exec $PYTHON -m no_such_module", &[1], "No module named no_such_module"),
    command("report_of_no_log", "exec $PYTHON report nope.log", &[1, 2], "report"),
    command("report_of_foreign_file", "echo print > x.log; exec $PYTHON report x.log", &[1, 2], "report"),
    command("missing_command", "exec $PYTHON -c", &[2], "-c"),
    command("unknown_option", "exec $PYTHON --no-such-option", &[2], "no-such-option"),
    command("not_utf8_argument", "exec $PYTHON -c 'import sys; sys.argv' \"$(printf '\\377')\"", &[0], ""),
    command("not_utf8_command", "exec $PYTHON -c \"$(printf 'x = \"\\377\"')\"", &[0, 1], ""),
    command("script_from_empty_stdin", "exec $PYTHON - < /dev/null", &[0], ""),
    command("syntax_error_from_stdin", "echo 'x = = 1' | $PYTHON -", &[1], "SyntaxError"),
    command(
        "very_long_line",
        "head -c 20000000 /dev/zero | tr '\\0' 1 > t.py; exec $PYTHON t.py",
        &[1],
        "Error",
    ),
    // Streams that are closed or broken.
    command("closed_stdout", "exec $PYTHON -c 'print(1)' >&-", &[0], ""),
    command("closed_stdin", "exec $PYTHON -c 'input()' <&-", &[1], "Error"),
    command("closed_stderr", "exec $PYTHON -c '1/0' 2>&-", &[1], ""),
    command("all_streams_closed", "exec $PYTHON -c 'print(1); 1/0' <&- >&- 2>&-", &[1], ""),
    command(
        "stdout_closed_by_program",
        "exec $PYTHON -c 'import sys; sys.stdout.close(); print(1)'",
        &[1],
        "ValueError",
    ),
    command(
        "stdout_none",
        "exec $PYTHON -c 'import sys; sys.stdout = None; print(1); del sys.stderr; 1/0'",
        &[1],
        "",
    ),
    command("full_disk", "exec $PYTHON -c 'print(1)' > /dev/full", &[1, 120], "No space left"),
    command(
        "broken_pipe",
        "($PYTHON -c 'for i in range(10**6): print(i)'; echo $? > code) | head -n 1 > /dev/null; exit $(cat code)",
        &[1],
        "BrokenPipeError",
    ),
    // Interrupts.
    interrupted("interrupt_tight_loop", &[("t.py", b"while True: pass\n")]),
    interrupted("interrupt_arithmetic_loop", &[("t.py", b"x = 0\nwhile True: x += 1\n")]),
    interrupted("interrupt_calls", &[("t.py", b"def f(): pass\nwhile True: f()\n")]),
    interrupted(
        "interrupt_for_over_generator",
        &[("t.py", b"def g():\n while True: yield 1\nfor x in g(): pass\n")],
    ),
    interrupted(
        "interrupt_long_sort",
        &[(
            "t.py",
            b"class A:\n def __lt__(s, o): return True\nwhile True: sorted([A() for _ in range(9)])\n",
        )],
    ),
    interrupted(
        "interrupt_native_iteration",
        &[("t.py", b"import itertools\nwhile True: sum(itertools.repeat(1, 10**6))\n")],
    ),
    interrupted("interrupt_big_power", &[("t.py", b"10**10**8\n")]),
    interrupted("interrupt_sleep", &[("t.py", b"import time\ntime.sleep(100)\n")]),
    interrupted(
        "interrupt_inner_handler",
        &[("t.py", b"while True:\n try:\n  while True: pass\n except Exception: pass\n")],
    ),
    Case {
        name: "interrupt_caught",
        files: &[("t.py", b"try:\n while True: pass\nexcept KeyboardInterrupt: print('caught')\n")],
        shell: "trap : INT; $PYTHON t.py",
        interrupt_after: Some(Duration::from_millis(1500)),
        codes: &[0],
        says: "",
    },
    // Recursion where nothing in Python catches it.
    script("uncaught_recursion", &[("t.py", b"def f(): f()\nf()\n")], "RecursionError"),
    script(
        "uncaught_recursion_repr",
        &[("t.py", b"class A:\n def __repr__(s): return repr(s)\nprint(A())\n")],
        "RecursionError",
    ),
    script(
        "recursion_in_str_of_exception",
        &[("t.py", b"class E(Exception):\n def __str__(s): return str(s)\nraise E\n")],
        "E",
    ),
    script(
        "recursion_at_high_limit",
        &[("t.py", b"import sys\nsys.setrecursionlimit(10**5)\ndef f(n): f(n + 1)\nf(0)\n")],
        "RecursionError",
    ),
    script("nested_parentheses_script", &[("t.py", b"eval('(' * 100000 + ')' * 100000 + '!')\n")], "Error"),
    script("huge_allocation", &[("t.py", b"x = 'x' * 10**15\n")], "MemoryError"),
];
