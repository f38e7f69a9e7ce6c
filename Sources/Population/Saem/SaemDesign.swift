import LinearAlgebra

/// Which fixed effects are means of what scatters, and which are not.
///
/// A column of the designs is centred when it moves only elements of psi with random effects, and
/// those of a donor alike in all runs: given the individual parameters u = Z beta + e its best value
/// is a regression (the exponential family of Kuhn and Lavielle 2005). Every other column, a rate
/// that all donors share or a noise number, takes Newton steps.
struct SaemDesign {
  let model: PopulationModel
  let layout: PopulationLayout
  /// Columns with a regression, and the others.
  let centred: [Int]
  let free: [Int]
  /// d x centred of each donor, row by row: what the centred columns add to u.
  let means: [[Double]]

  /// `held` are effects of the donor and of the run whose deviation is zero.
  init(_ model: PopulationModel, heldDonor: Set<Int>, heldRun: Set<Int>) {
    self.model = model
    let layout = model.layout
    self.layout = layout
    let (between, within) = (layout.structure.donor, layout.structure.run)
    /// The level at which a row's mean is centred, with the effect there.
    func place(_ row: Int) -> (isDonor: Bool, effect: Int)? {
      if let a = between.parameters.firstIndex(of: row), !heldDonor.contains(a) {
        return (true, a)
      }
      if let b = within.parameters.firstIndex(of: row), !heldRun.contains(b) { return (false, b) }
      return nil
    }
    let places = model.parameters.indices.map(place)
    let p = layout.fixed
    let m = model.parameters.count
    centred = (0..<p).filter { column in
      var moves = false
      for donor in model.donors {
        guard let first = donor.occasions.first else { continue }
        for occasion in donor.occasions {
          for row in 0..<m {
            let x = occasion.designRows[row * p + column]
            if x != 0 { moves = true }
            switch places[row] {
            case nil where x != 0: return false
            case .some(let place) where place.isDonor:
              if x != first.designRows[row * p + column] { return false }
            default: break
            }
          }
        }
      }
      return moves
    }
    let chosen = centred
    free = (0..<p).filter { !chosen.contains($0) }
    means = model.donors.map { donor in
      let d = layout.dimension(occasions: donor.occasions.count)
      let c = chosen.count
      var z = [Double](repeating: 0, count: d * c)
      for (j, occasion) in donor.occasions.enumerated() {
        for row in 0..<m {
          guard let place = places[row] else { continue }
          let position =
            place.isDonor ? place.effect : between.count + j * within.count + place.effect
          for (k, column) in chosen.enumerated() {
            z[position * c + k] = occasion.designRows[row * p + column]
          }
        }
      }
      return z
    }
  }

  /// Z beta of one donor.
  func mean(_ i: Int, _ beta: [Double]) -> [Double] {
    let c = centred.count
    let z = means[i]
    let d = layout.dimension(occasions: model.donors[i].occasions.count)
    return (0..<d).map { row in
      var sum = 0.0
      for (k, column) in centred.enumerated() { sum += z[row * c + k] * beta[column] }
      return sum
    }
  }
}
