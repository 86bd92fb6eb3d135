//! BLAKE2b and BLAKE2s (RFC 7693), with the whole parameter block.

macro_rules! blake2 {
    ($name:ident, $word:ty, $rounds:literal, $block:literal, $iv:expr, $rotations:expr) => {
        /// A hash in progress.
        #[derive(Clone)]
        pub(super) struct $name {
            h: [$word; 8],
            counter: u128,
            buffer: [u8; $block],
            used: usize,
            length: usize,
            last_node: bool,
        }

        impl $name {
            /// Starts with a parameter block, whose first byte is the length of the digest.
            pub(super) fn new(parameters: &[u8], key: &[u8], last_node: bool) -> Self {
                let mut h = $iv;
                for (word, bytes) in h.iter_mut().zip(parameters.chunks_exact(size_of::<$word>())) {
                    *word ^= bytes.iter().rev().fold(0, |n, &b| n << 8 | b as $word);
                }
                let length = parameters[0] as usize;
                let mut this = $name { h, counter: 0, buffer: [0; $block], used: 0, length, last_node };
                if !key.is_empty() {
                    let mut block = [0; $block];
                    block[..key.len()].copy_from_slice(key);
                    this.update(&block);
                }
                this
            }

            /// Adds bytes.
            pub(super) fn update(&mut self, mut data: &[u8]) {
                while !data.is_empty() {
                    if self.used == $block {
                        self.counter += $block;
                        self.compress(false);
                        self.used = 0;
                    }
                    let n = data.len().min($block - self.used);
                    self.buffer[self.used..self.used + n].copy_from_slice(&data[..n]);
                    self.used += n;
                    data = &data[n..];
                }
            }

            /// The digest.
            pub(super) fn finish(mut self) -> Vec<u8> {
                self.counter += self.used as u128;
                self.buffer[self.used..].fill(0);
                self.compress(true);
                let mut out: Vec<u8> = self.h.iter().flat_map(|w| w.to_le_bytes()).collect();
                out.truncate(self.length);
                out
            }

            fn compress(&mut self, last: bool) {
                let mut m = [0 as $word; 16];
                for (word, bytes) in m.iter_mut().zip(self.buffer.chunks_exact(size_of::<$word>())) {
                    *word = bytes.iter().rev().fold(0, |n, &b| n << 8 | b as $word);
                }
                let iv: [$word; 8] = $iv;
                let mut v = [0 as $word; 16];
                v[..8].copy_from_slice(&self.h);
                v[8..].copy_from_slice(&iv);
                v[12] ^= self.counter as $word;
                v[13] ^= (self.counter >> (8 * size_of::<$word>())) as $word;
                if last {
                    v[14] = !v[14];
                    if self.last_node {
                        v[15] = !v[15];
                    }
                }
                let (r1, r2, r3, r4) = $rotations;
                for round in 0..$rounds {
                    let s = &SIGMA[round % 10];
                    let mut mix = |a: usize, b: usize, c: usize, d: usize, x: usize, y: usize| {
                        v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[s[x] as usize]);
                        v[d] = (v[d] ^ v[a]).rotate_right(r1);
                        v[c] = v[c].wrapping_add(v[d]);
                        v[b] = (v[b] ^ v[c]).rotate_right(r2);
                        v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[s[y] as usize]);
                        v[d] = (v[d] ^ v[a]).rotate_right(r3);
                        v[c] = v[c].wrapping_add(v[d]);
                        v[b] = (v[b] ^ v[c]).rotate_right(r4);
                    };
                    mix(0, 4, 8, 12, 0, 1);
                    mix(1, 5, 9, 13, 2, 3);
                    mix(2, 6, 10, 14, 4, 5);
                    mix(3, 7, 11, 15, 6, 7);
                    mix(0, 5, 10, 15, 8, 9);
                    mix(1, 6, 11, 12, 10, 11);
                    mix(2, 7, 8, 13, 12, 13);
                    mix(3, 4, 9, 14, 14, 15);
                }
                for i in 0..8 {
                    self.h[i] ^= v[i] ^ v[i + 8];
                }
            }
        }
    };
}

const SIGMA: [[u8; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

blake2!(
    Blake2b,
    u64,
    12,
    128,
    [
        0x6A09_E667_F3BC_C908,
        0xBB67_AE85_84CA_A73B,
        0x3C6E_F372_FE94_F82B,
        0xA54F_F53A_5F1D_36F1,
        0x510E_527F_ADE6_82D1,
        0x9B05_688C_2B3E_6C1F,
        0x1F83_D9AB_FB41_BD6B,
        0x5BE0_CD19_137E_2179,
    ],
    (32, 24, 16, 63)
);

blake2!(
    Blake2s,
    u32,
    10,
    64,
    [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,],
    (16, 12, 8, 7)
);
