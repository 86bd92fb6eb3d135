//! Ownership, versions, transactions.
