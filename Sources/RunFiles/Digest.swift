import CSodium

/// Fingerprints of input files, so that a result can name exactly what it was computed from.
public enum Digest {
  /// SHA-256 of some bytes as 64 lower-case hexadecimal digits.
  ///
  /// *Edge cases:* no bytes give the published digest of the empty message.
  /// *Source:* FIPS 180-4, computed by libsodium.
  public static func sha256(_ bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
