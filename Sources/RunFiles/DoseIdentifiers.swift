/// Codes that tie a dose to a product, a donation and a recipient; free text, none is needed.
///
/// Hong Kong asks for product code, unique donation identifier and unique recipient identifier
/// (Pharmacy and Poisons (Amendment) Ordinance 2020), in ISBT 128 or the Single European Code.
public struct DoseIdentifiers: Hashable, Sendable {
  /// Code of the product.
  public var productCode: String?
  /// Unique donation identifier.
  public var donation: String?
  /// Unique recipient identifier.
  public var recipient: String?
  /// Number of the batch or lot.
  public var batch: String?

  /// None given.
  public init() {}
}
