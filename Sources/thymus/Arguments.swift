import ArgumentParser
import Quantities
import RunFiles

/// A time given as `6d`, `6.5 d` or `144 h`; not negative.
struct TimeArgument: ExpressibleByArgument {
  let hours: Double

  init?(argument: String) {
    guard let (value, unit) = QuantityText.split(argument), unit.dimension == Dimension(time: 1),
      value >= 0
    else { return nil }
    hours = unit.toBase(value)
  }
}

/// A number of cells given as `2e8 cells`, in base units.
struct CellsArgument: ExpressibleByArgument {
  let millions: Double

  init?(argument: String) {
    guard let (value, unit) = QuantityText.split(argument), unit.dimension == Dimension(cells: 1),
      value > 0
    else { return nil }
    millions = unit.toBase(value)
  }
}

/// A fraction given as `80%`.
struct PercentArgument: ExpressibleByArgument {
  let fraction: Double

  init?(argument: String) {
    guard let (value, unit) = QuantityText.split(argument), unit.symbol == "%",
      (0...100).contains(value)
    else { return nil }
    fraction = value / 100
  }
}

/// `NAME=VALUE UNIT` or `NAME=VALUE[UNIT]`, a parameter held at a value.
struct HoldArgument: ExpressibleByArgument {
  let name: String
  let value: Double
  let unit: Unit

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, !parts[0].isEmpty,
      let (value, unit) = QuantityText.split(QuantityText.unbracketed(String(parts[1])))
    else { return nil }
    name = String(parts[0])
    self.value = value
    self.unit = unit
  }
}

/// `NAME=VALUE`, kept as text for exact reading.
struct NamedText: ExpressibleByArgument {
  let name: String
  let text: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    name = String(parts[0])
    text = String(parts[1])
  }
}
