import Integration
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Problems without fast decays against references in 80-bit arithmetic.
///
/// The references are DOP853 written in numpy's longdouble with coefficients of 30 digits at
/// relative tolerance 1e-17; runs at 1e-15 agree to 3e-12 (the whole orbit of Arenstorf, whose
/// end is also its start) and to 1e-13 or better (the others).
@Suite struct NonstiffTests {
  /// The largest error over tolerance of all components, in units of the largest component.
  private func worst<E: Equations>(
    _ equations: E, _ initial: [Double], to end: Double, _ exact: [Double]
  ) throws -> (ratio: Double, evaluations: [Int]) {
    let largest = exact.map { abs($0) }.max() ?? .nan
    var ratio = 0.0
    var evaluations: [Int] = []
    for tableau in [try ButcherTableau.tsitouras54(), try .dormandPrince853()] {
      for digits in 5...11 {
        let relative = 1 / pow(10, Double(digits))
        let solved = try solve(
          Plain(equations), initial, to: end,
          options: StepOptions(relativeTolerance: relative, absoluteTolerance: relative),
          method: .explicit(tableau))
        #expect(solved.termination == .completed)
        let error = zip(solved.final, exact).map { abs($0 - $1) }.max() ?? .nan
        ratio = error.isNaN ? .nan : max(ratio, error / largest / relative)
        if digits == 10 { evaluations.append(solved.counters.evaluations) }
      }
    }
    return (ratio, evaluations)
  }

  /// Catches: a wrong coefficient, an error norm that misses a component, a pair of order 8 that
  /// is not worth its stages (at 1e-10 it must need fewer evaluations than the pair of order 5).
  /// The factors are the problems' own amplification of errors, twice what was measured.
  @Test func errorsFollowTheTolerance() throws {
    let lotka = try worst(
      LotkaVolterra(), [1, 1], to: 10, LotkaVolterra.atTen)
    let brusselator = try worst(
      Brusselator(), [1.5, 3], to: 20,
      [0.49863707126834783, 4.596780349452011])
    let half = try worst(
      Arenstorf(), Arenstorf.start, to: 8,
      [
        -1.1745535072769004, -0.27594507701453796, -0.2531707499679331, 0.4473767478598746,
      ])
    let orbit = try worst(
      Arenstorf(), Arenstorf.start, to: 17.0652165601579625588917206249, Arenstorf.start)
    let stars = try worst(
      Pleiades(), Pleiades.start, to: 3,
      [
        0.37061391439705005, 3.237284092057233, -3.2225590324183235, 0.6597091455775308,
        0.34255817071565803, 1.5621721014006311, -0.7003092922212495, -3.9434375855173935,
        -3.27138097397255, 5.225081843456544, -2.5906124349774697, 1.198213693392275,
        -0.24296823449358235, 1.09144924042898, 3.4170038063143116, 1.3545845016255014,
        -2.590065597810775, 2.0250537347142417, -1.1558151001604493, -0.8072988170223021,
        0.595239635420872, -3.7412449612340106, 0.3773459685750629, 0.9386858869551077,
        0.366792222720057, -0.34740463538084926, 2.344915448180937, -1.9470204342632917,
      ])
    #expect(lotka.ratio < 50, "\(lotka)")
    #expect(brusselator.ratio < 50, "\(brusselator)")
    #expect(half.ratio < 50, "\(half)")
    #expect(orbit.ratio < 27000, "\(orbit)")
    #expect(stars.ratio < 240, "\(stars)")
    for work in [lotka, brusselator, half, orbit, stars].map(\.evaluations) {
      #expect(work[1] < work[0])
    }
  }

  /// Catches: a stiffness test that takes a fast but smooth orbit for stiffness and pays with
  /// implicit steps. None of these problems may switch.
  @Test func automaticStaysExplicit() throws {
    let method = Method.automatic(try .tsitouras54(), try .rodas5P())
    let tight = StepOptions(relativeTolerance: 1e-9, absoluteTolerance: 1e-9)
    let counters = [
      try solve(Plain(LotkaVolterra()), [1, 1], to: 100, options: tight, method: method).counters,
      try solve(
        Plain(Brusselator()), [1.5, 3], to: 20, options: tight, method: method
      ).counters,
      try solve(
        Plain(Arenstorf()), Arenstorf.start, to: 17, options: tight, method: method
      ).counters,
      try solve(
        Plain(Pleiades()), Pleiades.start, to: 3, options: tight, method: method
      ).counters,
    ]
    #expect(counters.allSatisfy { $0.switches == 0 && $0.factorizations == 0 })
  }
}
