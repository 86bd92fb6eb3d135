use num_bigint::BigInt;
use pystm_text::Units;
use pystm_text::hash::*;

#[test]
fn equal_numbers_hash_equal() {
    assert_eq!(hash_f64(1.0), Some(hash_i64(1)));
    assert_eq!(hash_f64(2f64.powi(100)), Some(hash_bigint(&(BigInt::from(1) << 100))));
}

#[test]
fn minus_one_is_reserved() {
    assert_eq!((hash_i64(-1), hash_f64(-1.0)), (-2, Some(-2)));
}

#[test]
fn integers_are_taken_modulo_a_prime() {
    assert_eq!((hash_i64((1 << 61) - 1), hash_i64(1 << 61)), (0, 1));
}

#[test]
fn special_floats() {
    assert_eq!(hash_f64(f64::INFINITY), Some(314159));
    assert_eq!(hash_f64(f64::NAN), None);
    assert_eq!(hash_f64(0.5), Some(1 << 60));
}

#[test]
fn complex_combines_its_parts() {
    assert_eq!(hash_complex(1, 2), 2000007);
}

#[test]
fn empty_text_hashes_to_zero() {
    assert_eq!(HashKey::from_seed(123).hash_bytes(b""), 0);
}

#[test]
fn text_and_bytes_agree_on_ascii() {
    let key = HashKey { k0: 1, k1: 2 };
    assert_eq!(key.hash_text(Units::One(b"abc")), key.hash_bytes(b"abc"));
}

#[test]
fn seed_zero_is_a_zero_key() {
    // hash("abc") under PYTHONHASHSEED=0
    assert_eq!(HashKey::from_seed(0).hash_bytes(b"abc"), ABC_UNDER_SEED_0);
}

const ABC_UNDER_SEED_0: i64 = -4594863902769663758;

#[test]
fn empty_containers() {
    assert_eq!(TupleHasher::new().finish(), 5740354900026072187);
    assert_eq!(FrozenSetHasher::new().finish(), 133146708735736);
}

#[test]
fn frozenset_ignores_order() {
    let hash = |items: &[i64]| {
        let mut hasher = FrozenSetHasher::new();
        items.iter().for_each(|&item| hasher.push(item));
        hasher.finish()
    };
    assert_eq!(hash(&[1, 2, 3]), hash(&[3, 1, 2]));
}
