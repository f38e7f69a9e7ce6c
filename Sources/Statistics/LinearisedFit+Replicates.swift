import LinearAlgebra
import Randomness

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// Residuals of replicates: noise, what the fit leaves of it, and its noise estimated again.

extension LinearisedFit {
  /// Standardised noise of every reading.
  func noise(_ stream: inout RandomStream) -> [Double] {
    readings.map { reading in
      guard let df = reading.degreesOfFreedom else { return stream.normal() }
      return stream.normal() / (stream.chiSquare(degreesOfFreedom: df) / df).squareRoot()
    }
  }

  /// A standard normal number for every location parameter that has a prior.
  func priorDeviates(_ stream: inout RandomStream) -> [Double] {
    priors.map { $0 == nil ? 0 : stream.normal() }
  }

  /// What is left of noise z after the fit, in units of the fitted noise.
  func residuals(_ z: [Double], _ u: [Double]) -> [Double] {
    let k = location.columns
    guard k > 0 else { return z }
    var score = [Double](repeating: 0, count: k)
    for (i, reading) in readings.enumerated() {
      let pull = reading.degreesOfFreedom.map { ($0 + 1) * z[i] / ($0 + z[i] * z[i]) } ?? z[i]
      for j in 0..<k { score[j] += location[i, j] * pull }
    }
    for j in 0..<k { if let sd = priors[j] { score[j] += u[j] / sd } }
    var step = [Double](repeating: 0, count: k)
    for a in 0..<k { for b in 0..<k { step[a] += inverse[a, b] * score[b] } }
    return readings.indices.map { i in
      var value = z[i]
      for j in 0..<k { value -= location[i, j] * step[j] }
      return value
    }
  }

  /// The residuals, standardised by noise that is estimated again from them.
  ///
  /// Fisher scoring on sum(ln s + e^2 / (2 s^2)) with ln s = spread . d, with the priors of d.
  func restandardised(_ e: [Double]) -> [Double] {
    let q = spread.columns
    guard q > 0 else { return e }
    var d = [Double](repeating: 0, count: q)
    var r = e
    for _ in 0..<12 {
      var gradient = [Double](repeating: 0, count: q)
      var information = Matrix(rows: q, columns: q)
      for (i, reading) in readings.enumerated() {
        let square = r[i] * r[i]
        let pull: Double
        let weight: Double
        if let df = reading.degreesOfFreedom {
          pull = 1 - (df + 1) * square / (df + square)
          weight = 2 * df / (df + 3)
        } else {
          pull = 1 - square
          weight = 2
        }
        for a in 0..<q where spread[i, a] != 0 {
          gradient[a] += pull * spread[i, a]
          for b in 0..<q { information[a, b] += weight * spread[i, a] * spread[i, b] }
        }
      }
      for a in 0..<q {
        if let prior = noisePriors[a] {
          gradient[a] += (d[a] - prior.offset) / (prior.sd * prior.sd)
          information[a, a] += 1 / (prior.sd * prior.sd)
        }
        information[a, a] += 1e-9
      }
      guard let step = try? Cholesky(information, threshold: 0).solve(gradient) else { break }
      var largest = 0.0
      for a in 0..<q {
        let move = max(-1, min(1, step[a]))
        d[a] = max(-4, min(4, d[a] - move))
        largest = max(largest, abs(move))
      }
      for i in r.indices {
        var logScale = 0.0
        for a in 0..<q { logScale += spread[i, a] * d[a] }
        r[i] = e[i] * exp(-logScale)
      }
      if largest < 1e-4 { break }
    }
    return r
  }

  /// ln of the noise of a reading under noise parameters drawn from their priors, in units of the
  /// fitted noise; the stated noise where there is no prior to draw from.
  func statedNoise(_ stream: inout RandomStream) -> [Double] {
    let deviates = noisePriors.map { prior in prior.map { $0.sd * stream.normal() } ?? 0 }
    return readings.indices.map { i in
      var value = readings[i].stated ?? 0
      for a in deviates.indices { value += spread[i, a] * deviates[a] }
      return value
    }
  }
}
