//! `pwd` and `grp`: the databases of users and groups.

use std::ffi::CStr;

use pystm_vm::{
    builtins::{list, structseq, structseq::field},
    error::{PyResult, Raised},
    native::{ModuleDef, TypeDef, method},
    object::Ref,
    protocol::text,
    thread::Thread,
    value::Value,
};

use crate::support::{STATIC_ANSWERS, decode_fs, fs_bytes, to_i64};

/// The module `pwd`.
pub static PWD: ModuleDef = ModuleDef {
    name: "pwd",
    doc: "This module provides access to the Unix password database.",
    methods: &[
        method(
            "getpwuid",
            "(uidobj, /)",
            getpwuid,
            "Return the password database entry for the given numeric user ID.",
        ),
        method(
            "getpwnam",
            "(name, /)",
            getpwnam,
            "Return the password database entry for the given user name.",
        ),
        method("getpwall", "()", getpwall, "Return a list of all available password database entries."),
    ],
    types: &[&PASSWD],
    init: None,
};

/// The module `grp`.
pub static GRP: ModuleDef = ModuleDef {
    name: "grp",
    doc: "Access to the Unix group database.",
    methods: &[
        method(
            "getgrgid",
            "(id)",
            getgrgid,
            "Return the group database entry for the given numeric group ID.",
        ),
        method("getgrnam", "(name)", getgrnam, "Return the group database entry for the given group name."),
        method("getgrall", "()", getgrall, "Return a list of all available group entries."),
    ],
    types: &[&GROUP],
    init: None,
};

static PASSWD: TypeDef = structseq::type_def::<7, 7>(
    "pwd.struct_passwd",
    "Results from getpw*() routines.",
    &[
        field::<0>("pw_name", "user name"),
        field::<1>("pw_passwd", "password"),
        field::<2>("pw_uid", "user id"),
        field::<3>("pw_gid", "group id"),
        field::<4>("pw_gecos", "real name"),
        field::<5>("pw_dir", "home directory"),
        field::<6>("pw_shell", "shell program"),
    ],
);

static GROUP: TypeDef = structseq::type_def::<4, 4>(
    "grp.struct_group",
    "Results from getgr*() routines.",
    &[
        field::<0>("gr_name", "group name"),
        field::<1>("gr_passwd", "password"),
        field::<2>("gr_gid", "group id"),
        field::<3>("gr_mem", "group members"),
    ],
);

/// # Safety
/// The pointer must be null or lead to a C string.
unsafe fn copy(p: *const libc::c_char) -> Vec<u8> {
    // SAFETY: the caller vouches for the pointer.
    if p.is_null() { Vec::new() } else { unsafe { CStr::from_ptr(p) }.to_bytes().to_vec() }
}

struct User {
    texts: [Vec<u8>; 5],
    uid: u32,
    gid: u32,
}

/// # Safety
/// The pointer must be null or lead to an entry.
unsafe fn user(p: *const libc::passwd) -> Option<User> {
    // SAFETY: the caller vouches for the pointer; members are C strings.
    unsafe {
        let p = p.as_ref()?;
        let texts = [p.pw_name, p.pw_passwd, p.pw_gecos, p.pw_dir, p.pw_shell].map(|s| copy(s));
        Some(User { texts, uid: p.pw_uid, gid: p.pw_gid })
    }
}

fn user_value(t: &mut Thread, user: &User) -> PyResult {
    let mut v = t.vec();
    for (i, text) in user.texts.iter().enumerate() {
        let text = decode_fs(t, text)?;
        v.push(text);
        if i == 1 {
            v.push(Value::small(user.uid as i64));
            v.push(Value::small(user.gid as i64));
        }
    }
    Ok(structseq::make(t, &PASSWD, &v))
}

#[cold]
fn unknown(t: &mut Thread, what: &str, key: Value) -> Raised {
    let (label, repr) = match text::repr_string(t, key) {
        Ok(repr) => (if key.as_str().is_some() { "name" } else { "uid" }, repr),
        Err(raised) => return raised,
    };
    let label = if what == "getgrgid" { "gid" } else { label };
    let message = t.new_str(&format!("{what}(): {label} not found: {repr}"));
    t.key_error(message)
}

fn getpwuid(t: &mut Thread, args: &[Value]) -> PyResult {
    let uid = to_i64(t, args[0])?;
    let found = t.blocking(|| {
        let _lock = STATIC_ANSWERS.lock();
        // SAFETY: the answer is copied under the lock.
        u32::try_from(uid).ok().and_then(|uid| unsafe { user(libc::getpwuid(uid)) })
    });
    match found {
        Some(u) => user_value(t, &u),
        None => Err(unknown(t, "getpwuid", args[0])),
    }
}

fn getpwnam(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = std::ffi::CString::new(fs_bytes(t, args[0])?).unwrap_or_default();
    let found = t.blocking(|| {
        let _lock = STATIC_ANSWERS.lock();
        // SAFETY: the answer is copied under the lock.
        unsafe { user(libc::getpwnam(name.as_ptr())) }
    });
    match found {
        Some(u) => user_value(t, &u),
        None => Err(unknown(t, "getpwnam", args[0])),
    }
}

fn getpwall(t: &mut Thread, _: &[Value]) -> PyResult {
    let mut users = Vec::new();
    t.blocking(|| {
        let _lock = STATIC_ANSWERS.lock();
        // SAFETY: answers are copied under the lock.
        unsafe {
            libc::setpwent();
            while let Some(u) = user(libc::getpwent()) {
                users.push(u);
            }
            libc::endpwent();
        }
    });
    let result = list::new(t, &[]);
    for u in &users {
        let u = user_value(t, u)?;
        list::append(t, Ref::known(result), u);
    }
    Ok(result)
}

struct Group {
    name: Vec<u8>,
    password: Vec<u8>,
    gid: u32,
    members: Vec<Vec<u8>>,
}

/// # Safety
/// The pointer must be null or lead to an entry.
unsafe fn group(p: *const libc::group) -> Option<Group> {
    // SAFETY: the caller vouches for the pointer; members are C strings, the list ends in null.
    unsafe {
        let p = p.as_ref()?;
        let mut members = Vec::new();
        let mut at = p.gr_mem;
        while !at.is_null() && !(*at).is_null() {
            members.push(copy(*at));
            at = at.add(1);
        }
        Some(Group { name: copy(p.gr_name), password: copy(p.gr_passwd), gid: p.gr_gid, members })
    }
}

fn group_value(t: &mut Thread, group: &Group) -> PyResult {
    let name = decode_fs(t, &group.name)?;
    let password = decode_fs(t, &group.password)?;
    let members = list::new(t, &[]);
    for member in &group.members {
        let member = decode_fs(t, member)?;
        list::append(t, Ref::known(members), member);
    }
    Ok(structseq::make(t, &GROUP, &[name, password, Value::small(group.gid as i64), members]))
}

fn getgrgid(t: &mut Thread, args: &[Value]) -> PyResult {
    let gid = to_i64(t, args[0])?;
    let found = t.blocking(|| {
        let _lock = STATIC_ANSWERS.lock();
        // SAFETY: the answer is copied under the lock.
        u32::try_from(gid).ok().and_then(|gid| unsafe { group(libc::getgrgid(gid)) })
    });
    match found {
        Some(g) => group_value(t, &g),
        None => Err(unknown(t, "getgrgid", args[0])),
    }
}

fn getgrnam(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = std::ffi::CString::new(fs_bytes(t, args[0])?).unwrap_or_default();
    let found = t.blocking(|| {
        let _lock = STATIC_ANSWERS.lock();
        // SAFETY: the answer is copied under the lock.
        unsafe { group(libc::getgrnam(name.as_ptr())) }
    });
    match found {
        Some(g) => group_value(t, &g),
        None => Err(unknown(t, "getgrnam", args[0])),
    }
}

fn getgrall(t: &mut Thread, _: &[Value]) -> PyResult {
    let mut groups = Vec::new();
    t.blocking(|| {
        let _lock = STATIC_ANSWERS.lock();
        // SAFETY: answers are copied under the lock.
        unsafe {
            libc::setgrent();
            while let Some(g) = group(libc::getgrent()) {
                groups.push(g);
            }
            libc::endgrent();
        }
    });
    let result = list::new(t, &[]);
    for g in &groups {
        let g = group_value(t, g)?;
        list::append(t, Ref::known(result), g);
    }
    Ok(result)
}
