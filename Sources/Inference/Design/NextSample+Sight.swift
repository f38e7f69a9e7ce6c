import Bioreactor
import LinearAlgebra
import ModelLanguage
import RunRecords

extension NextSample {
  /// What one parameter point says.
  struct Sight {
    var information: SampleInformation
    /// d ln (viable cells at the target) / d parameter.
    let target: [Double]
    let mean: Double
    let means: [Double]
    /// The spread between pooled donors, sd of ln; no sample narrows it.
    let donor: Double
    /// Rows of information of each entry of the menu; none where its noise is not known.
    let rows: [[[Double]]]

    /// nil where the model cannot be computed or the information is singular.
    init?(
      _ problem: FitProblem, _ probe: CurveProbe, _ menu: Menu, _ basis: Basis, at p: [Double],
      planned: Culture
    ) {
      let inside = basis.inside
      let ones = inside.map { _ in 1.0 }
      guard let line = problem.linearise(at: p),
        let own = try? BoxInformation.rows(
          line.rows, bounds: problem.plan.free.map(\.bounds), active: basis.active
        ).selecting(inside, scaledBy: ones),
        let information = try? SampleInformation(rows: own),
        let seen = probe.slopes(at: p), seen.means[0] > 0
      else { return nil }
      self.information = information
      mean = seen.means[0]
      means = seen.means
      target = inside.map { seen.slopes[0, $0] / seen.means[0] }
      let donor = basis.plan.donorSpread(at: p, planned)
      self.donor = donor
      let donorColumn = basis.plan.free.firstIndex { $0.role == .donorSpread }
      rows = menu.entries.map { entry in
        let i = entry.point
        let family = menu.model.observables[menu.points[i].observable].family
        let m = seen.means[i]
        let slope = family.scale.slope(atNatural: m)
        let count = entry.count.map {
          Observation.Count(
            cells: .exact(max(1, (m * $0.exposure).rounded())), exposure: $0.exposure)
        }
        let noise = seen.noise[i]
        let total = NoiseTerm.scale(
          toCome: family, mean: m, noise: noise, count: count, donor: donor)
        let link = family.scale.toEstimation(m)
        guard link.isFinite, slope > 0, total > 0,
          let term = NoiseTerm.evaluate(
            reading: .exact(m), count: count, family: family, mean: link, scale: total)
        else { return [] }
        let between = family.scale == .log ? donor : 0
        var rows: [[Double]] = []
        term.rows { mean, scale, _ in
          rows.append(
            inside.map { j in
              var spread = noise * seen.noiseSlopes[i, j] / (total * total)
              if j == donorColumn { spread = between * between / (total * total) }
              return mean * seen.slopes[i, j] / slope + scale * spread
            })
        }
        return rows.filter { $0.allSatisfy(\.isFinite) }
      }
    }

    /// Variance of ln of the forecast.
    var variance: Double { variance(information) }

    /// The same after samples.
    func variance(_ information: SampleInformation) -> Double {
      information.variance(of: target) + donor * donor
    }

    /// Root of the mean variance.
    static func sd(_ variances: [Double]) -> Double {
      (variances.reduce(0, +) / Double(variances.count)).squareRoot()
    }
  }
}
