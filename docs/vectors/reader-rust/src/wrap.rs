//! Key wraps (format.md section 2.4).

use crate::{crypto, hex_of};
use serde_json::Value;

pub const LOCAL: &str = "io.claviger/wrap/local/v1";
pub const BUCKET_KEY: &str = "io.claviger/wrap/bucket-key/v1";
pub const CUSTOMER: &str = "io.claviger/wrap/sse-c/v1";

/// A version of a master key: its id, its number and its random id as a blob names them.
pub struct Versioned<'a> {
    pub key_id: &'a str,
    /// The place that the blob must name; None takes any.
    pub place: Option<Vec<u8>>,
}

/// What the key management service does with its one key.
pub fn under_master(master: &Value, id: &str, context: &[u8], blob: &[u8]) -> Option<Vec<u8>> {
    if master["keyId"].as_str()? != id {
        return None;
    }
    let number = (master["version"].as_u64()? as u32).to_be_bytes();
    let version = Versioned {
        key_id: id,
        place: Some([number.to_vec(), hex_of(&master["versionId"])].concat()),
    };
    unwrap(
        LOCAL,
        &hex_of(&master["wrappingKey"]),
        Some(&version),
        context,
        blob,
    )
}

pub fn unwrap(
    label: &str,
    wrapping_key: &[u8],
    version: Option<&Versioned>,
    context: &[u8],
    blob: &[u8],
) -> Option<Vec<u8>> {
    let place_end = 1 + if version.is_some() { 12 } else { 0 };
    let salt_end = place_end + 32;
    if blob.len() < salt_end + 16 || blob[0] != 1 {
        return None;
    }
    let place = &blob[1..place_end];
    let okm = crypto::hkdf256(
        wrapping_key,
        &blob[place_end..salt_end],
        label.as_bytes(),
        44,
    );
    let mut aad = label.as_bytes().to_vec();
    aad.push(0);
    if let Some(v) = version {
        if v.place.as_ref().is_some_and(|p| p != place) {
            return None;
        }
        aad.extend_from_slice(place);
        aad.extend_from_slice(&(v.key_id.len() as u32).to_be_bytes());
        aad.extend_from_slice(v.key_id.as_bytes());
    }
    aad.extend_from_slice(context);
    crypto::open(&okm[..32], &okm[32..], &aad, &blob[salt_end..])
}
