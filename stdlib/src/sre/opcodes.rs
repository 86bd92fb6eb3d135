//! The numbers of `re._constants`.

/// Version of the codes.
pub(super) const MAGIC: i64 = 20230612;

// Operations.
pub(super) const FAILURE: u32 = 0;
pub(super) const SUCCESS: u32 = 1;
pub(super) const ANY: u32 = 2;
pub(super) const ANY_ALL: u32 = 3;
pub(super) const ASSERT: u32 = 4;
pub(super) const ASSERT_NOT: u32 = 5;
pub(super) const AT: u32 = 6;
pub(super) const BRANCH: u32 = 7;
pub(super) const CATEGORY: u32 = 8;
pub(super) const CHARSET: u32 = 9;
pub(super) const BIGCHARSET: u32 = 10;
pub(super) const GROUPREF: u32 = 11;
pub(super) const GROUPREF_EXISTS: u32 = 12;
pub(super) const IN: u32 = 13;
pub(super) const INFO: u32 = 14;
pub(super) const JUMP: u32 = 15;
pub(super) const LITERAL: u32 = 16;
pub(super) const MARK: u32 = 17;
pub(super) const MAX_UNTIL: u32 = 18;
pub(super) const MIN_UNTIL: u32 = 19;
pub(super) const NOT_LITERAL: u32 = 20;
pub(super) const NEGATE: u32 = 21;
pub(super) const RANGE: u32 = 22;
pub(super) const REPEAT: u32 = 23;
pub(super) const REPEAT_ONE: u32 = 24;
pub(super) const MIN_REPEAT_ONE: u32 = 26;
pub(super) const ATOMIC_GROUP: u32 = 27;
pub(super) const POSSESSIVE_REPEAT: u32 = 28;
pub(super) const POSSESSIVE_REPEAT_ONE: u32 = 29;
pub(super) const GROUPREF_IGNORE: u32 = 30;
pub(super) const IN_IGNORE: u32 = 31;
pub(super) const LITERAL_IGNORE: u32 = 32;
pub(super) const NOT_LITERAL_IGNORE: u32 = 33;
pub(super) const GROUPREF_LOC_IGNORE: u32 = 34;
pub(super) const IN_LOC_IGNORE: u32 = 35;
pub(super) const LITERAL_LOC_IGNORE: u32 = 36;
pub(super) const NOT_LITERAL_LOC_IGNORE: u32 = 37;
pub(super) const GROUPREF_UNI_IGNORE: u32 = 38;
pub(super) const IN_UNI_IGNORE: u32 = 39;
pub(super) const LITERAL_UNI_IGNORE: u32 = 40;
pub(super) const NOT_LITERAL_UNI_IGNORE: u32 = 41;
pub(super) const RANGE_UNI_IGNORE: u32 = 42;

// Positions.
pub(super) const AT_BEGINNING: u32 = 0;
pub(super) const AT_BEGINNING_LINE: u32 = 1;
pub(super) const AT_BEGINNING_STRING: u32 = 2;
pub(super) const AT_BOUNDARY: u32 = 3;
pub(super) const AT_NON_BOUNDARY: u32 = 4;
pub(super) const AT_END: u32 = 5;
pub(super) const AT_END_LINE: u32 = 6;
pub(super) const AT_END_STRING: u32 = 7;
pub(super) const AT_LOC_BOUNDARY: u32 = 8;
pub(super) const AT_LOC_NON_BOUNDARY: u32 = 9;
pub(super) const AT_UNI_BOUNDARY: u32 = 10;
pub(super) const AT_UNI_NON_BOUNDARY: u32 = 11;

// Categories.
pub(super) const CATEGORY_DIGIT: u32 = 0;
pub(super) const CATEGORY_NOT_DIGIT: u32 = 1;
pub(super) const CATEGORY_SPACE: u32 = 2;
pub(super) const CATEGORY_NOT_SPACE: u32 = 3;
pub(super) const CATEGORY_WORD: u32 = 4;
pub(super) const CATEGORY_NOT_WORD: u32 = 5;
pub(super) const CATEGORY_LINEBREAK: u32 = 6;
pub(super) const CATEGORY_NOT_LINEBREAK: u32 = 7;
pub(super) const CATEGORY_LOC_WORD: u32 = 8;
pub(super) const CATEGORY_LOC_NOT_WORD: u32 = 9;
pub(super) const CATEGORY_UNI_DIGIT: u32 = 10;
pub(super) const CATEGORY_UNI_NOT_DIGIT: u32 = 11;
pub(super) const CATEGORY_UNI_SPACE: u32 = 12;
pub(super) const CATEGORY_UNI_NOT_SPACE: u32 = 13;
pub(super) const CATEGORY_UNI_WORD: u32 = 14;
pub(super) const CATEGORY_UNI_NOT_WORD: u32 = 15;
pub(super) const CATEGORY_UNI_LINEBREAK: u32 = 16;
pub(super) const CATEGORY_UNI_NOT_LINEBREAK: u32 = 17;

// Flags of `INFO`.
pub(super) const INFO_PREFIX: u32 = 1;
pub(super) const INFO_LITERAL: u32 = 2;
pub(super) const INFO_CHARSET: u32 = 4;
