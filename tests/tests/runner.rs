//! Tests of the runner itself, on the machine's own `python3`, which every build of pystm needs anyway.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A directory under `tests/fixtures`.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Copies the fixture programs to a directory of the test's own.
fn programs(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    for entry in std::fs::read_dir(fixture("programs")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, directory.join(path.file_name().unwrap())).unwrap();
    }
    std::fs::remove_file(directory.join("hangs.py")).unwrap();
    directory
}

/// Runs the runner.
fn runner(args: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_pystm-conformance");
    Command::new(program).args(["--python", "python3"]).args(args).output().unwrap()
}

/// What it wrote to standard output.
fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The last line of its standard output.
fn last_line(output: &Output) -> String {
    stdout(output).lines().last().unwrap_or("").to_owned()
}

#[test]
fn blessed_programs_pass() {
    let directory = programs("blessed");
    let path = directory.to_str().unwrap();
    assert!(runner(&[path, "--bless", "--reference", "python3"]).status.success());
    let output = runner(&[path]);
    assert_eq!(last_line(&output), "3 passed, 0 failed");
    assert!(output.status.success());
    let snapshot = std::fs::read_to_string(directory.join("snapshots/raises.snap")).unwrap();
    assert!(snapshot.ends_with("---\nbefore\n[exit 1]\n[stderr] ValueError: message\n"), "{snapshot}");
}

#[test]
fn a_program_without_snapshot_fails() {
    let output = runner(&[programs("unblessed").to_str().unwrap()]);
    assert_eq!(last_line(&output), "0 passed, 3 failed");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn environment_reaches_the_programs_and_a_difference_is_shown() {
    let directory = programs("environment");
    let path = directory.to_str().unwrap();
    assert!(runner(&[path, "--bless", "--reference", "python3"]).status.success());
    let output = runner(&[path, "--env", "PYSTM_TEST_VALUE=set", "--review"]);
    assert_eq!(last_line(&output), "2 passed, 1 failed");
    assert!(stdout(&output).contains("- None\n    + set"), "{}", stdout(&output));
    assert!(directory.join("snapshots/environment.snap.new").exists());
}

#[test]
fn known_failures_are_skipped_until_they_pass() {
    let directory = programs("known");
    let path = directory.to_str().unwrap();
    assert!(runner(&[path, "--bless", "--reference", "python3"]).status.success());
    std::fs::write(directory.join("known_failures.txt"), "# comment\nenvironment.py: for the test\n")
        .unwrap();
    let output = runner(&[path, "--env", "PYSTM_TEST_VALUE=set"]);
    assert_eq!(last_line(&output), "2 passed, 0 failed, 1 skipped");
    assert!(output.status.success());
    let output = runner(&[path]);
    assert_eq!(last_line(&output), "2 passed, 1 failed");
    assert!(stdout(&output).contains("listed as a known failure"));
}

#[test]
fn a_hanging_program_times_out() {
    let path = fixture("programs").join("hangs.py");
    let output = runner(&[path.to_str().unwrap(), "--reference", "true", "--timeout", "0.5"]);
    assert_eq!(last_line(&output), "0 passed, 1 failed");
    assert!(stdout(&output).contains("[timed out]"), "{}", stdout(&output));
}

#[test]
fn every_method_of_a_test_file_gets_a_verdict() {
    let directory = fixture("test");
    let json = Path::new(env!("CARGO_TARGET_TMPDIR")).join("methods.json");
    let output = runner(&[
        "--cpython-tests",
        directory.to_str().unwrap(),
        "--reference",
        "python3",
        "--timeout",
        "3",
        "--only",
        "test_mixed,test_broken",
        "--list-failures",
        "--env",
        "PYSTM_TEST_BROKEN=1",
        "--json",
        json.to_str().unwrap(),
    ]);
    // The variable reaches the reference too, so nothing is known of the methods of test_broken.
    assert_eq!(last_line(&output), "3 passed, 8 failed, 1 skipped", "{}", stdout(&output));
    let text = stdout(&output);
    for line in [
        "fail  test_mixed.Mixed.test_b_fails: AssertionError: 1 != 2",
        "error test_mixed.Mixed.test_c_raises: ValueError: boom",
        "error test_mixed.Mixed.test_e_crashes: the interpreter ended in this method: signal 11",
        "error test_mixed.Mixed.test_f_exits: the interpreter ended in this method: exit 0",
        "error test_mixed.Mixed.test_g_hangs: the interpreter ended in this method: timed out",
        "fail  test_mixed.Mixed.test_h_subtests: AssertionError",
        "error test_mixed.BadFixture.test_two: OSError: no fixture",
    ] {
        assert!(text.contains(line), "{line:?} is not in:\n{text}");
    }
    assert!(std::fs::read_to_string(json).unwrap().contains("\"methods\": 12"));
}

#[test]
fn an_interpreter_that_cannot_run_anything_fails_every_method_of_the_reference() {
    let directory = fixture("test");
    let program = env!("CARGO_BIN_EXE_pystm-conformance");
    let output = Command::new(program)
        .args(["--python", "false", "--reference", "python3", "--only", "test_broken"])
        .args(["--cpython-tests", directory.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(last_line(&output), "0 passed, 2 failed, 0 skipped");
}
