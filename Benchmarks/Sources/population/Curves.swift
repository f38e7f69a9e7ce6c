import Lanes
import Population

/// First-order absorption as in R's SSfol: dose, time; lKe, lKa, lCl.
enum FirstOrder: Curve {
  static var parameterCount: Int { 3 }

  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    let (ke, ka) = (N.exp(psi[0]), N.exp(psi[1]))
    let scale = N.scaled(N.exp(psi[0] + psi[1] - psi[2]), by: x[0])
    return scale * (N.exp(N.scaled(ke, by: -x[1])) - N.exp(N.scaled(ka, by: -x[1]))) / (ka - ke)
  }
}

/// SSlogis: Asym, xmid, scal.
enum Logistic: Curve {
  static var parameterCount: Int { 3 }

  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    psi[0] / (N(1) + N.exp((psi[1] - N(x[0])) / psi[2]))
  }
}

/// ln N of logistic growth: lr, lK, lN0.
enum LogLogistic: Curve {
  static var parameterCount: Int { 3 }

  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    let decay = N.exp(N.scaled(N.exp(psi[0]), by: -x[0]))
    return psi[1] - N.log(N(1) + (N.exp(psi[1] - psi[2]) - N(1)) * decay)
  }
}

/// SSasymp: Asym, R0, lrc.
enum Asymptotic: Curve {
  static var parameterCount: Int { 3 }

  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    psi[0] + (psi[1] - psi[0]) * N.exp(N.scaled(N.exp(psi[2]), by: -x[0]))
  }
}

/// SSbiexp: A1, lrc1, A2, lrc2.
enum Biexponential: Curve {
  static var parameterCount: Int { 4 }

  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N {
    psi[0] * N.exp(N.scaled(N.exp(psi[1]), by: -x[0]))
      + psi[2] * N.exp(N.scaled(N.exp(psi[3]), by: -x[0]))
  }
}
