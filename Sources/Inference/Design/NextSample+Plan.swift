import Bioreactor
import LinearAlgebra
import Randomness

extension NextSample {
  /// The estimated parameters of a fit and, beside them, those that no measurement so far depends on.
  ///
  /// An assay that was never measured rests on parameters of its own, such as a yield. Held at their
  /// start they would pass for known, and the assay would seem to tell of growth what it cannot; with
  /// their priors (or, without one, a normal over their bounds) it tells what is left.
  struct Basis {
    let plan: ParameterPlan
    /// The estimate; what was added stands at its start.
    let point: [Double]
    let active: [ActiveBound]
    /// Columns that vary.
    let inside: [Int]
    /// Whether each column of `inside` was fitted and shapes the curve: neither noise nor what the seed operation tells.
    let isShape: [Bool]
    /// For each column of the fit's plan its column here.
    private let columns: [Int]

    init(
      _ fit: FitResult, _ cultures: [Culture], member: Int, sharing: Sharing, options: FitOptions,
      covariance: Matrix
    ) {
      var plan = ParameterPlan(cultures, sharing: sharing, options: options)
      let fitted = fit.plan.free.map(\.name)
      plan.free = plan.free.filter {
        fitted.contains($0.name) || fit.plan.heldBecause[$0.name] == ParameterPlan.noInfluence
      }
      let names = plan.free.map(\.name)
      let isWhole = fitted.allSatisfy(names.contains)
      if !isWhole || plan.columns(of: member).count > Predictor.maximumDirections {
        plan = fit.plan
      }
      let columns = fitted.compactMap { name in plan.free.firstIndex { $0.name == name } }
      self.columns = columns
      var point = plan.free.map(\.start)
      var active = plan.free.map { $0.prior == nil ? ActiveBound.lower : .none }
      var inside = Set(plan.free.indices)
      for (j, column) in columns.enumerated() {
        point[column] = fit.point[j]
        active[column] = fit.assessedBounds[j]
        if !(covariance[j, j] > 0) { inside.remove(column) }
      }
      self.plan = plan
      self.point = point
      self.active = active
      self.inside = inside.sorted()
      let noise = fit.plan.noiseNames
      // What was seeded is asked of the seed operation, not of a later sample.
      let seeded = cultures[member].model.parameters.filter {
        if case .seed = $0.prior { true } else { false }
      }.map(\.name)
      isShape = self.inside.map { column in
        let name = plan.free[column].name
        return columns.contains(column) && !noise.contains(name) && !seeded.contains(name)
      }
    }

    /// The estimate, and draws of the posterior.
    func points(_ draws: [[Double]]) -> [[Double]] {
      [point]
        + draws.filter { $0.count == columns.count }.map { draw in
          var p = point
          for (column, value) in zip(columns, draw) {
            p[column] = value.clamped(to: plan.free[column].bounds)
          }
          return p
        }
    }

    /// The estimate, and draws from the normal approximation about it inside the bounds.
    func points(_ fit: FitResult, _ covariance: Matrix, count: Int, seed: UInt64) -> [[Double]] {
      let varying = fit.plan.free.indices.filter { covariance[$0, $0] > 0 }
      let small = Matrix(rows: varying.count, columns: varying.count) {
        covariance[varying[$0], varying[$1]]
      }
      guard count > 0, let factor = try? Cholesky(small) else { return [point] }
      return [point]
        + (0..<count).map { index in
          var stream = RandomStream(
            seed: seed, name: fit.run, purpose: "design", index: UInt64(index))
          let step = (try? factor.lower.times(varying.map { _ in stream.normal() })) ?? []
          var p = point
          for (k, j) in varying.enumerated() where k < step.count {
            let column = columns[j]
            p[column] = (p[column] + step[k]).clamped(to: plan.free[column].bounds)
          }
          return p
        }
    }
  }
}
