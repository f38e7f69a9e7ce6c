import LinearAlgebra

extension Assessment {
  /// What rows of information say of every free parameter.
  struct Known {
    /// Covariance of all free parameters, zero for those on a bound; nil when refused.
    let covariance: Matrix?
    /// Why it was refused.
    let refusal: String?
    /// Standard errors; nil on a bound and for a parameter with a part in a free direction.
    let errors: [Double?]
    /// Standard errors from the likelihood alone; nil where the data do not fix a parameter.
    let dataErrors: [Double?]
    private let spectrum: InformationSpectrum?
    private let whole: Matrix
    /// Rows of `whole` that are measurements; those after them are priors.
    private let measured: Int
    private let priors: [Int]
    private let inside: [Int]
    private let correlations: Matrix?

    /// `inside` are the parameters that lie on no bound. A bound must not pass for information: what
    /// trades off with a parameter at its bound is as free as that one would be without it, so the
    /// data's own errors are taken over all parameters. nil when a row is not finite.
    init?(whole: Matrix, data: Matrix, inside: [Int], free: [ParameterPlan.Free]) {
      guard let own = try? InformationSpectrum(rows: data),
        let rows = try? whole.selecting(inside, scaledBy: inside.map { _ in 1 })
      else { return nil }
      self.inside = inside
      self.whole = whole
      measured = data.rows
      priors = free.indices.filter { free[$0].prior != nil }
      dataErrors = own.variances.map { $0?.squareRoot() }
      spectrum = inside.isEmpty ? nil : try? InformationSpectrum(rows: rows)
      var covariance: Matrix?
      var refusal: String?
      if let spectrum, spectrum.rank < inside.count {
        let loose = inside.indices.filter { spectrum.variances[$0] == nil }.map {
          free[inside[$0]].name
        }
        refusal =
          "rank \(spectrum.rank) of \(inside.count); free: \(loose.joined(separator: ", "))"
      } else if !inside.isEmpty {
        do {
          let threshold = InformationSpectrum.defaultThreshold
          covariance = try StandardErrors(rows: rows, threshold: threshold).covariance
        } catch { refusal = "\(error)" }
      }
      self.refusal = refusal
      let variances =
        covariance.map { c in inside.indices.map { c[$0, $0] as Double? } }
        ?? spectrum?.variances ?? []
      var errors = [Double?](repeating: nil, count: free.count)
      for (k, j) in inside.enumerated() { errors[j] = variances[k]?.squareRoot() }
      self.errors = errors
      self.covariance = covariance.map { Known.spreadOut($0, inside, free.count) }
      correlations = self.covariance ?? Known.ridge(data)
    }

    /// The parameter that the j-th trades off with, when it does so strongly.
    func partner(of j: Int) -> (index: Int, value: Double)? {
      if let k = inside.firstIndex(of: j), let spectrum, spectrum.variances[k] == nil {
        // Along a free direction the two move together for ever.
        return spectrum.partner(of: k).map { (inside[$0.index], $0.sign) }
      }
      guard let c = correlations else { return nil }
      var best: (index: Int, value: Double)?
      for i in 0..<c.columns where i != j && c[i, i] > 0 && c[j, j] > 0 {
        let r = c[i, j] / (c[i, i] * c[j, j]).squareRoot()
        if abs(r) > abs(best?.value ?? 0.8) { best = (i, r) }
      }
      return best
    }

    /// The parameter without whose prior the error of the j-th, which has none, would grow most; nil
    /// when no prior matters to it.
    func pinning(_ j: Int) -> Int? {
      guard let k = inside.firstIndex(of: j), let error = errors[j],
        whole.rows == measured + priors.count
      else { return nil }
      var best: (index: Int, variance: Double)?
      for (row, i) in priors.enumerated() where i != j {
        let kept = (0..<whole.rows).filter { $0 != measured + row }
        let rows = Matrix(rows: kept.count, columns: inside.count) {
          whole[kept[$0], inside[$1]]
        }
        guard let spectrum = try? InformationSpectrum(rows: rows) else { continue }
        let variance = spectrum.variances[k] ?? .infinity
        if variance > best?.variance ?? (1.1 * error * error) { best = (i, variance) }
      }
      return best?.index
    }

    /// Puts a covariance of some parameters back into all of them.
    private static func spreadOut(_ small: Matrix, _ inside: [Int], _ n: Int) -> Matrix {
      var whole = Matrix(rows: n, columns: n)
      for (a, i) in inside.enumerated() {
        for (b, j) in inside.enumerated() { whole[i, j] = small[a, b] }
      }
      return whole
    }

    /// A ridge-stabilised covariance, only to name the parameter that another trades off with.
    private static func ridge(_ rows: Matrix) -> Matrix? {
      let n = rows.columns
      let padded = Matrix(rows: rows.rows + n, columns: n) { i, j in
        i < rows.rows ? rows[i, j] : i - rows.rows == j ? 0.05 : 0
      }
      return try? StandardErrors(rows: padded).covariance
    }
  }
}
