/// Gauss-Legendre quadrature with 16 nodes: exact for polynomials to degree 31.
enum GaussLegendre {
  /// The positive nodes on -1 ... 1 and their weights. Reference: DLMF 3.5(v).
  static let nodes: [(node: Double, weight: Double)] = [
    (0.09501250983763744019, 0.1894506104550684963),
    (0.2816035507792589132, 0.1826034150449235889),
    (0.4580167776572273863, 0.1691565193950025382),
    (0.6178762444026437484, 0.1495959888165767321),
    (0.7554044083550030339, 0.1246289712555338721),
    (0.8656312023878317439, 0.09515851168249278481),
    (0.9445750230732325761, 0.06225352393864789286),
    (0.9894009349916499326, 0.02715245941175409485),
  ]

  /// Calls `add` with every point of low ... high and its weight.
  static func points(
    from low: Double, to high: Double, _ add: (_ x: Double, _ weight: Double) -> Void
  ) {
    let half = 0.5 * (high - low)
    let middle = low + half
    for (node, weight) in nodes {
      add(middle - half * node, half * weight)
      add(middle + half * node, half * weight)
    }
  }
}
