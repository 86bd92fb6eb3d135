use super::{Options, Program, Request, parse};

fn run(args: &[&str]) -> Options {
    match parse(args.iter().map(Into::into)) {
        Ok(Request::Run(options)) => *options,
        Ok(_) => panic!("{args:?} runs nothing"),
        Err(message) => panic!("{args:?}: {message}"),
    }
}

fn message(args: &[&str]) -> String {
    match parse(args.iter().map(Into::into)) {
        Err(message) => message,
        Ok(_) => panic!("{args:?} is right"),
    }
}

#[test]
fn command_ends_the_options() {
    let options = run(&["-O", "-c", "pass", "-O", "x"]);
    assert_eq!(options.program, Some(Program::Command("pass".into())));
    assert_eq!(options.argv, ["-c", "-O", "x"]);
    assert_eq!(options.optimize, 1);
}

#[test]
fn script_ends_the_options() {
    let options = run(&["-B", "a.py", "-i", "--", "-c"]);
    assert_eq!(options.program, Some(Program::File("a.py".into())));
    assert_eq!(options.argv, ["a.py", "-i", "--", "-c"]);
    assert!(options.no_bytecode && !options.interactive && !options.stats);
    assert!(run(&["--stats", "a.py"]).stats);
}

#[test]
fn dash_is_standard_input() {
    let options = run(&["-", "a"]);
    assert_eq!(options.program, Some(Program::Stdin));
    assert_eq!(options.argv, ["-", "a"]);
    assert_eq!(run(&[]).argv, [""]);
}

#[test]
fn options_may_stand_together_and_hold_values() {
    let options = run(&["-bbOOWerror", "-Xdev", "-X", "a=1", "-mmod"]);
    assert_eq!((options.bytes_warning, options.optimize), (2, 2));
    assert_eq!(options.warnings, ["error"]);
    assert_eq!(
        (options.x_option("dev"), options.x_option("a"), options.x_option("b")),
        (Some(""), Some("1"), None)
    );
    assert_eq!(options.program, Some(Program::Module("mod".into())));
}

#[test]
fn isolation_implies_its_parts() {
    let options = run(&["-I"]);
    assert!(options.isolated && options.ignore_environment && options.no_user_site && options.safe_path);
}

#[test]
fn wrong_options_get_the_words_of_cpython() {
    assert_eq!(message(&["--nope"]), "Unknown option: --nope");
    assert_eq!(message(&["-Z"]), "Unknown option: -Z");
    assert_eq!(message(&["-c"]), "Argument expected for the -c option");
    assert_eq!(message(&["--help=3"]), "Unknown option: --help=3");
    assert_eq!(
        message(&["--check-hash-based-pycs", "x"]),
        "--check-hash-based-pycs must be one of 'default', 'always', or 'never'"
    );
}
