import Dosing
import DosingCheck
import Foundation
import Quantities
import RunFiles
import Testing

/// Writes what a run came to where `THYMUS_DOSE_REQUESTS` asks for a number of them.
func record(_ summary: String) {
  guard ProcessInfo.processInfo.environment["THYMUS_DOSE_REQUESTS"] != nil else { return }
  FileHandle.standardError.write(Data((summary + "\n").utf8))
}

/// Dosing against DosingCheck on shipped products and random rules, and the promises of a dose.
@Suite struct RandomRequestTests {
  /// `THYMUS_DOSE_REQUESTS`, or 50,000 (20,000 in a debug build).
  static let count: Int = {
    #if DEBUG
      let usual = 20_000
    #else
      let usual = 50_000
    #endif
    return ProcessInfo.processInfo.environment["THYMUS_DOSE_REQUESTS"].flatMap { Int($0) } ?? usual
  }()

  /// Products from which a dose can be computed, all that are shipped.
  static let usable: [Product] =
    ((try? ProductRegistry.load(directory: packageRoot + "/data/products")) ?? []).filter {
      (try? $0.usableRule()) != nil
    }

  /// What one run of requests came to.
  private struct Tally {
    var broken: [String] = []
    var answered = 0
    var infused = 0
    var filled = 0
    var compared = 0
    var refused: [Refusal.Code: Int] = [:]
  }

  /// Would catch an off-by-one rounding in either path, a dropped cap, a dose above what exists, a
  /// band chosen differently at an edge, a cap or band that makes a heavier patient's dose smaller,
  /// a refusal where there is a dose and a dose where there is none.
  @Test func agreeAndKeepTheirPromises() throws {
    let lanes = 4
    let products = Self.usable
    #expect(products.count >= 8)
    let seeds = (0..<lanes).map { UInt64(20_261_121 + $0) }
    let tallies = seeds.map { seed in
      Self.run(Self.count / lanes, seed: seed, products: products)
    }
    let broken = tallies.flatMap(\.broken)
    let requests = Self.count / lanes * lanes
    let refused = tallies.map(\.refused).reduce(into: [:]) { all, one in
      all.merge(one, uniquingKeysWith: +)
    }
    let summary =
      "requests \(requests), answered \(tallies.map(\.answered).reduce(0, +)), "
      + "with volumes \(tallies.map(\.infused).reduce(0, +)), "
      + "with containers \(tallies.map(\.filled).reduce(0, +)), "
      + "pairs of weights \(tallies.map(\.compared).reduce(0, +)), refused "
      + refused.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
    record(summary)
    #expect(broken.isEmpty, "\(broken.count): \(broken.prefix(5).joined(separator: "\n"))")
    #expect(tallies.map(\.answered).reduce(0, +) > requests / 2, "\(summary)")
    #expect(tallies.map(\.infused).reduce(0, +) > requests / 4, "\(summary)")
    #expect(tallies.map(\.filled).reduce(0, +) > requests / 50, "\(summary)")
    #expect(tallies.map(\.compared).reduce(0, +) > requests / 5, "\(summary)")
  }

  private static func run(_ count: Int, seed: UInt64, products: [Product]) -> Tally {
    var source = RandomRequest(seed: seed, products: products)
    var tally = Tally()
    for index in 0..<count {
      do {
        let request = try source.next()
        do throws(Refusal) {
          let calculation = try DoseCalculation(request)
          tally.answered += 1
          if !calculation.densities.isEmpty { tally.infused += 1 }
          if calculation.portions.contains(where: { $0.drawn?.size != nil }) { tally.filled += 1 }
          if let fault = fault(calculation) { tally.broken.append("\(seed)/\(index): \(fault)") }
          if let heavier = try? source.mass(), let fault = fall(calculation, heavier, &tally) {
            tally.broken.append("\(seed)/\(index): \(fault)")
          }
        } catch {
          tally.refused[error.code, default: 0] += 1
          if let fault = fault(error, request) {
            tally.broken.append("\(seed)/\(index): \(fault)")
          }
        }
      } catch {
        tally.broken.append("\(seed)/\(index): the test's own \(error)")
      }
    }
    return tally
  }

  /// A refusal is right when the second calculation finds no dose either.
  private static func fault(_ refusal: Refusal, _ request: DoseRequest) -> String? {
    switch refusal.code {
    case .emptyRange, .outsideWindow, .notEnoughCells, .resolutionTooCoarse, .noContainer:
      let isOfComponents = refusal.field == "components"
      return !isOfComponents && (try? recalculate(request.sheet)) != nil
        ? "refused where there is a dose: \(refusal)" : nil
    case .unverified where refusal.field == "product.dose.blasts": return nil
    default: return "refused: \(refusal)"
    }
  }

  private static func fault(_ calculation: DoseCalculation) -> String? {
    do throws(Disagreement) {
      try requireAgreement(of: calculation.figures, with: calculation.request.sheet)
    } catch {
      return error.description
    }
    // One cell is allowed; none has ever been needed.
    var second = try? recalculate(calculation.request.sheet)
    second?.within = calculation.within
    if second != calculation.figures { return "the two calculations differ by a cell" }
    let window = calculation.window
    if let cap = window.band.cap, window.maximum ?? .zero > cap { return "maximum above the cap" }
    if let most = window.maximum {
      if window.target ?? .zero > most { return "target above the maximum" }
      if window.minimum ?? .zero > most { return "minimum above the maximum" }
    }
    guard let dose = calculation.dose, let planned = calculation.planned else { return nil }
    if dose > window.maximum ?? dose { return "dose above the maximum" }
    if dose > window.band.cap ?? dose { return "dose above the cap" }
    if !window.course.requiresTarget, dose < window.minimum ?? .zero {
      return "dose below the minimum"
    }
    if calculation.portions.map(\.portion.cells.cells).reduce(0, +) != planned.cells {
      return "portions that are not the dose"
    }
    return drawnFault(calculation)
  }

  /// What is drawn from a bag is in the bag, with its losses.
  private static func drawnFault(_ calculation: DoseCalculation) -> String? {
    let drawn = calculation.portions.compactMap(\.drawn)
    for (index, supply) in calculation.request.supplies.enumerated() {
      let own = drawn.filter { $0.supply == index }
      guard let available = supply.certificate?.volume?.milliliters, let first = own.first,
        let dead = supply.deadVolume?.milliliters, let over = supply.overfill?.milliliters,
        let loss = try? dead.plus(over),
        let taken = try? own.map(\.volume.milliliters).reduce(Rational.zero, { try $0.plus($1) })
      else { return "no volume" }
      let containers = own.count > 1 ? 1 : first.infused.count
      guard let lost = try? loss.times(Rational(containers)), let all = try? taken.plus(lost) else {
        return "volumes of too many digits"
      }
      if all > available { return "volume above what exists" }
      let density = calculation.densities[index].perMilliliter
      guard let cells = try? available.minus(lost).times(density) else { return "too many digits" }
      if Rational(own.map(\.dose.cells).reduce(0, +)) > cells { return "dose above what exists" }
    }
    return nil
  }

  /// In one band no figure of the window falls when the weight grows.
  private static func fall(
    _ a: DoseCalculation, _ mass: BodyMass, _ tally: inout Tally
  ) -> String? {
    guard let own = a.request.weight?.mass,
      let b = try? doseRange(a.request.product, mass, level: a.request.level),
      b.band == a.window.band
    else { return nil }
    tally.compared += 1
    let (light, heavy) = own < mass ? (a.window, b) : (b, a.window)
    let rises =
      light.minimum ?? .zero <= heavy.minimum ?? .zero
      && light.target ?? .zero <= heavy.target ?? .zero
      && light.maximum ?? .zero <= heavy.maximum ?? .zero
    return rises ? nil : "a dose that falls with the weight"
  }
}
