import Lanes
import Testing

/// Nested dual numbers.
@Suite struct JetTests {
  /// One function through every operation.
  private func every<L: Lane>(_ x: L, _ y: L) -> L {
    let a = L.exp(L.scaled(x * y, by: 0.3)) / (L(1) + L.sqrt(x))
    let b = L.axpy(2, L.pow(x, y), L.log(y + x * x)) - (-x)
    return a * b
  }

  /// Catches: a wrong slope in any operation. First derivatives equal those of `Dual`.
  @Test func firstDerivativesEqualDuals() {
    let dual = every(Dual8(1.3, direction: 0), Dual8(0.7, direction: 3))
    var x = Jet<Double>(1.3)
    var y = Jet<Double>(0.7)
    x[tangent: 0] = 1
    y[tangent: 3] = 1
    let jet = every(x, y)
    #expect(jet.value == dual.value)
    #expect(abs(jet.d0 - dual.partials[0]) < 1e-14 * abs(jet.d0))
    #expect(abs(jet.d3 - dual.partials[3]) < 1e-14 * abs(jet.d3))
    #expect(jet.d1 == 0 && jet.d2 == 0)
  }

  /// Catches: a tangent whose own derivative is lost. f = x^2 y^3 + e^(xy): the mixed second
  /// derivatives are f_xx = 2 y^3 + y^2 e, f_xy = 6 x y^2 + (1 + xy) e.
  @Test func secondDerivatives() {
    let (u, v) = (0.8, 1.1)
    var x = Jet<Dual8>(still: Dual8(u, direction: 0))
    let y = Jet<Dual8>(still: Dual8(v, direction: 1))
    x.d2 = Dual8(1)
    let f = x * x * y * y * y + Jet<Dual8>.exp(x * y)
    let e = Double.exp(u * v)
    #expect(abs(f.d2.value - (2 * u * v * v * v + v * e)) < 1e-14)
    #expect(abs(f.d2.partials[0] - (2 * v * v * v + v * v * e)) < 1e-13)
    #expect(abs(f.d2.partials[1] - (6 * u * v * v + (1 + u * v) * e)) < 1e-13)
    #expect(abs(f.base.partials[1] - (3 * u * u * v * v + u * e)) < 1e-13)
  }

  /// Catches: 0 times infinity at roots and powers of zero, powers of negative numbers.
  @Test func edges() {
    let zero = Jet<Double>(0)
    #expect(Jet.sqrt(zero).isFinite && Jet.pow(zero, Jet(0.5)).isFinite)
    var moving = Jet<Double>(-2)
    moving.d1 = 1
    let cube = Jet.pow(moving, Jet(3))
    #expect(cube.value == -8 && cube.d1 == 12 && cube.isFinite)
    var poisoned = Jet<Double>(1)
    poisoned.d2 = .nan
    #expect(!poisoned.isFinite && Jet<Dual8>.componentCount == 45)
    let error = Jet<Double>(3e-3, 1e-3, 0, 0, 0)
    let measure = Jet.scaledErrorSquared(error, Jet(0), Jet(0), absolute: 1e-3, relative: 0)
    #expect(abs(measure - 10) < 1e-12)
  }
}
