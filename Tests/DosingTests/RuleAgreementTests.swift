import Dosing
import DosingCheck
import Quantities
import RunFiles
import Testing

/// The shipped rules, by both calculations.
@Suite struct RuleAgreementTests {
  /// Every shipped rule at weights around and away from every edge, every level, the choices that
  /// it has and blasts of 0, 20, 20.1 and 100 %: the same window and portions, or refused by both.
  /// Would catch an edge, a course, a level or a tolerance that is lost on the way to the second
  /// calculation, and a regimen that nobody read reaching it.
  @Test func shippedRules() throws {
    let weights = [
      "2", "7.3", "49.9", "49.999999999", "50", "50.000000001", "50.1", "99.9", "99.999999999",
      "100", "100.000000001", "100.1", "200", "200.000000001", "201", "300",
    ]
    let shares = try ["0 %", "20 %", "20.1 %", "100 %"].map { try Fraction(parsing: $0) }
    var wrong: [String] = []
    var (answered, both) = (0, 0)
    for product in try ProductRegistry.load(directory: packageRoot + "/data/products") {
      guard let rule = product.dose else { continue }
      let isSplit = rule.course.requiresTarget
      for level in rule.levels.isEmpty ? [nil] : rule.levels.map({ Optional($0.name) }) {
        for mass in try weights.map({ try kg($0) }) {
          for blasts in isSplit ? shares.map({ Optional($0) }) : [nil] {
            for choice in [DoseSheet.Choice.target, .minimum, .maximum] {
              if isSplit, choice != .target { continue }
              let first = first(product, mass, level, choice, blasts)
              let sheet = DoseSheet(
                rule, level: level, bodyMass: mass, choice: choice, blasts: blasts)
              let second = try? recalculate(sheet)
              let figures = second.map { [$0.minimum, $0.target, $0.maximum] }
              if first?.0 != figures || first?.1 != second?.portions.map(\.cells) {
                wrong.append("\(product.id) \(mass) \(choice)")
              }
              if first == nil { both += 1 } else { answered += 1 }
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    #expect(answered == 1314 && both == 526)
  }

  private func first(
    _ product: Product, _ mass: BodyMass, _ level: String?, _ choice: DoseSheet.Choice,
    _ blasts: Fraction?
  ) -> ([Int?], [Int])? {
    guard let window = try? doseRange(product, mass, level: level) else { return nil }
    let planned =
      switch choice {
      case .target: window.target
      case .minimum: window.minimum
      default: window.maximum
      }
    guard let planned, let portions = try? window.portions(of: planned, blasts: blasts) else {
      return nil
    }
    return (
      [window.minimum?.cells, window.target?.cells, window.maximum?.cells],
      portions.map(\.cells.cells)
    )
  }
}
