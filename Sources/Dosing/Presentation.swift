import Quantities

/// How a product is supplied; nil and empty mean that no source was read for it.
public struct Presentation: Hashable, Sendable {
  /// The state in which it reaches the patient's bedside.
  public enum Form: String, Sendable, CaseIterable {
    /// Frozen and thawed.
    case frozen
    /// Never frozen.
    case fresh
    /// Either.
    case freshOrFrozen = "fresh or frozen"
  }

  /// DMSO in the final product, in the form in which it was read.
  public enum DMSO: Hashable, Sendable, CustomStringConvertible {
    /// Milligrams in each mL.
    case milligramsPerMilliliter(Rational)
    /// Per cent by volume; 1 mL of DMSO weighs 1.10 g.
    case percentByVolume(Rational)
    /// Per cent of which the source does not say whether by volume or by mass.
    case percentNotStated(Rational)

    /// mg/mL: as read, or per cent by volume x 11; nil when the kind of per cent is not stated, or
    /// when 128 bits do not hold it.
    public var milligramsPerMilliliter: Rational? {
      switch self {
      case .milligramsPerMilliliter(let value): value
      case .percentByVolume(let percent): try? percent.times(Rational(11))
      case .percentNotStated: nil
      }
    }

    /// As read, and what was derived from it.
    public var description: String {
      switch self {
      case .milligramsPerMilliliter(let value): "\(ExactText.decimal(value)) mg/mL, as read"
      case .percentByVolume(let percent):
        "\(ExactText.decimal(percent)) % v/v, as read"
          + (milligramsPerMilliliter.map {
            "; \(ExactText.decimal($0)) mg/mL derived with 1.1 g/mL"
          } ?? "")
      case .percentNotStated(let percent):
        "\(ExactText.decimal(percent)) %, by volume or by mass not stated"
      }
    }
  }

  /// A container that its source names, such as the blue bag of 10E6 cells.
  public struct Container: Hashable, Sendable {
    /// Its name or colour.
    public let name: String
    /// Cells in it; nil when not stated.
    public let cells: CellCount?
    /// Fill volume, mL; nil when it varies or is not stated.
    public let volume: ClosedRange<Rational>?
    /// False when only a part of it is infused; nil when not stated.
    public let whollyInfused: Bool?

    /// A container from its parts.
    public init(
      name: String, cells: CellCount?, volume: ClosedRange<Rational>?, whollyInfused: Bool?
    ) {
      self.name = name
      self.cells = cells
      self.volume = volume
      self.whollyInfused = whollyInfused
    }
  }

  /// A range of cells/mL and the cells that it counts.
  public struct Density: Hashable, Sendable {
    /// cells/mL.
    public let range: ClosedRange<Rational>
    /// Which cells, in the source's words.
    public let cells: String

    /// A density from its parts.
    public init(_ range: ClosedRange<Rational>, of cells: String) {
      self.range = range
      self.cells = cells
    }
  }

  /// Frozen or fresh.
  public var form: Form?
  /// The container in words, such as `one infusion bag of about 68 mL`.
  public var container: String?
  /// Fill volumes that containers take, mL.
  public var sizes: [ClosedRange<Rational>] = []
  /// Fewest containers.
  public var fewest: Int?
  /// Most containers.
  public var most: Int?
  /// DMSO.
  public var dmso: DMSO?
  /// Density of cells.
  public var density: Density?
  /// Named containers.
  public var containers: [Container] = []

  /// Nothing known.
  public init() {}
}
