//! HKDF and AES-256-GCM, from RustCrypto.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha384};

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub fn hmac256(key: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("any length");
    pieces.iter().for_each(|p| mac.update(p));
    mac.finalize().into_bytes().to_vec()
}

fn hmac384(key: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut mac = <Hmac<Sha384> as KeyInit>::new_from_slice(key).expect("any length");
    pieces.iter().for_each(|p| mac.update(p));
    mac.finalize().into_bytes().to_vec()
}

/// HKDF-Expand of RFC 5869, also from keys shorter than a hash, as FLOE has them.
fn expand(mac: fn(&[u8], &[&[u8]]) -> Vec<u8>, key: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let (mut all, mut block, mut counter) = (Vec::new(), Vec::new(), 1u8);
    while all.len() < length {
        block = mac(key, &[&block, info, &[counter]]);
        all.extend_from_slice(&block);
        counter += 1;
    }
    all.truncate(length);
    all
}

/// HKDF-Expand-SHA-384.
pub fn expand384(key: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    expand(hmac384, key, info, length)
}

/// HKDF-SHA-256, extract and expand.
pub fn hkdf256(key: &[u8], salt: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    expand(hmac256, &hmac256(salt, &[key]), info, length)
}

pub fn seal(key: &[u8], iv: &[u8], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let cipher = Aes256Gcm::new_from_slice(key).expect("32 bytes");
    let nonce = Nonce::try_from(iv).expect("12 bytes");
    let payload = Payload { msg: plain, aad };
    cipher.encrypt(&nonce, payload).expect("short enough")
}

pub fn open(key: &[u8], iv: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let cipher = Aes256Gcm::new_from_slice(key).expect("32 bytes");
    let nonce = Nonce::try_from(iv).expect("12 bytes");
    cipher.decrypt(&nonce, Payload { msg: sealed, aad }).ok()
}
