import Dosing
import DosingCheck
import Inference
import Quantities
import RunFiles

/// Small fixed questions whose answers no fit can hide: units, likelihoods, doses.
enum Probes {
  /// Every unit's scale and dimension.
  static func units() -> [String: String] {
    Dictionary(
      UnitTable.entries.map { ($0.symbol, "\($0.scale) \($0.dimension.words)") },
      uniquingKeysWith: { first, _ in first })
  }

  /// Negative log-likelihoods of fixed readings under every noise family.
  static func noise() -> [String: Double] { NoiseProbe.values() }

  /// Dose windows of every product at fixed weights; a refusal is an answer too.
  static func doses(_ data: DataFolder) throws(InputRefused) -> [String: String] {
    var answers: [String: String] = [:]
    for product in try ProductRegistry.load(directory: data.path + "/products") {
      for kilograms in [
        "9.5", "20", "49.9", "50", "50.1", "70", "100", "100.1", "120", "200", "201",
      ] {
        answers["\(product.id) at \(kilograms) kg"] = answer(product, kilograms)
      }
    }
    return answers
  }

  private static func answer(_ product: Product, _ kilograms: String) -> String {
    guard let mass = try? BodyMass(parsing: kilograms + " kg") else { return "no mass" }
    do {
      let plan = try DosePlan(product: product, bodyMass: mass)
      try requireAgreement(of: plan.figures, with: plan.sheet)
      let f = plan.figures
      return [f.minimum, f.target, f.maximum].map { $0.map(String.init) ?? "-" }
        .joined(separator: " ")
    } catch let refusal as Refusal {
      return refusal.code.rawValue
    } catch {
      return "disagreement"
    }
  }
}
