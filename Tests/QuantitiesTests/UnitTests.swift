import Quantities
import Testing

@Suite struct UnitTests {
  /// Would catch a wrong scale or dimension in the unit table.
  static let table: [(String, Double)] = [
    ("1e6 cells/mL", 1.0), ("cells/mL", 1e-6), ("mmol/L", 1), ("mM", 1), ("g/L", 1), ("IU/mL", 1),
    ("1/h", 1), ("1/d", 1.0 / 24), ("d", 24), ("kg", 1e6), ("%", 0.01), ("cells/kg", 1e-12),
    ("pmol/cells/d", 1e-6 / 1e-6 / 24), ("1e9 cells", 1000), ("mg/dL", 0.01), ("fmol/cell/h", 1e-3),
  ]

  @Test(arguments: table)
  func scales(text: String, base: Double) throws {
    let unit = try Unit(parsing: text)
    #expect(abs(unit.toBase(1) - base) <= 1e-15 * base)
  }

  @Test func dimensionsAreSeparate() throws {
    #expect(try Unit(parsing: "cells/mL").dimension != Unit(parsing: "mmol/mL").dimension)
    #expect(try Unit(parsing: "cells").dimension != Unit(parsing: "cells/kg").dimension)
    #expect(try Unit(parsing: "IU/mL").dimension != Unit(parsing: "mg/mL").dimension)
    #expect(try Unit(parsing: "1e6 cells/mL") == Unit(parsing: "1e3 cells/uL"))
  }

  @Test(arguments: ["", "ml", "cels/mL", "mL/", "h^0", "h^x", "nan", "mL//h^99"])
  func refusals(text: String) {
    #expect(throws: UnitError.self) { try Unit(parsing: text) }
  }
}
