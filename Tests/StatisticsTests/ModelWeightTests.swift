import Foundation
import Testing

@testable import Statistics

@Suite("Weights of models") struct ModelWeightTests {
  // Catches: criteria not halved, weights not normalised, a model without a criterion with weight.
  @Test("Akaike weights of the worked example, and none for a model without a criterion")
  func akaike() {
    // Burnham and Anderson (2002), section 2.9.1: differences 0, 1.2, 1.9, 3.5.
    let weights = ModelWeights.information([100, 101.2, 101.9, 103.5, .infinity])
    let relative = [1, exp(-0.6), exp(-0.95), exp(-1.75), 0]
    let total = relative.reduce(0, +)
    #expect(zip(weights, relative).allSatisfy { abs($0 - $1 / total) < 1e-12 })
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    #expect(ModelWeights.information([.infinity, .nan]) == [0, 0])
  }

  // Catches: sums not scaled by the number of points, a bootstrap that is not uniform on the
  // simplex, plain softmax in place of its mean.
  @Test("pseudo-BMA+ weights of two models on two points, by the integral in closed form")
  func pseudoBMA() {
    // d_i = score of model 2 - score of model 1 at point i. With u uniform on 0...1,
    // w1 = E 1 / (1 + exp(2 (u d1 + (1 - u) d2))) = (ln(1 + e^-a) - ln(1 + e^-(a+b))) / b.
    let scores = [[-1.0, -2.0], [-2.5, -0.2]]
    let (d1, d2) = (-1.5, 1.8)
    let (a, b) = (2 * d2, 2 * (d1 - d2))
    let exact = (log(1 + exp(-a)) - log(1 + exp(-(a + b)))) / b
    let weights = ModelWeights.pseudoBMA(scores, seed: 1, name: "two", replicates: 40_000)
    #expect(abs(weights[0] - exact) < 0.006, "\(weights[0]) \(exact)")
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    // One point has no uncertainty to average over.
    let single = ModelWeights.pseudoBMA([[-1], [-2]], seed: 1, name: "one", replicates: 10)
    #expect(abs(single[0] - 1 / (1 + exp(-1.0))) < 1e-12)
  }

  // Catches: a score's own error left out of its weight, the same error drawn for both models, its
  // variance in place of its standard deviation.
  @Test("a score known to a standard error weighs as its mean over that error, by quadrature")
  func uncertainScores() {
    // One point: w1 = E 1 / (1 + exp(s Z - d)), s^2 the sum of both variances.
    let (d, a, b) = (1.5, 0.8, 1.1)
    let s = (a * a + b * b).squareRoot()
    let step = 0.001
    let exact = stride(from: -9.0, through: 9, by: step).reduce(0.0) { sum, z in
      sum + step * exp(-z * z / 2) / (2 * Double.pi).squareRoot() / (1 + exp(s * z - d))
    }
    let weights = ModelWeights.pseudoBMA(
      [[-1], [-1 - d]], errors: [[a], [b]], seed: 1, name: "rough", replicates: 40_000)
    #expect(abs(weights[0] - exact) < 0.006, "\(weights[0]) \(exact)")
    #expect(abs(exact - 1 / (1 + exp(-d))) > 0.03)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
  }

  // Catches: weights that ignore how uncertain a sum over few points is.
  @Test("the same difference of sums weighs less when one point makes it")
  func shrinkage() {
    let even = ModelWeights.pseudoBMA(
      [[0, 0, 0, 0], [-1, -1, -1, -1]], seed: 1, name: "even")
    let uneven = ModelWeights.pseudoBMA(
      [[0, 0, 0, 0], [-4.5, 0.1, 0.2, 0.2]], seed: 1, name: "uneven")
    #expect(abs(even[0] - 1 / (1 + exp(-4.0))) < 1e-9)
    #expect(uneven[0] < even[0] - 0.1)
  }

  // Catches: the variance of a point taken for that of the sum.
  @Test("a sum with its standard error")
  func sums() throws {
    let found = sumWithError([1, 2, 3, 6])
    #expect(found.sum == 12)
    #expect(abs(try #require(found.error) - (4 * 14.0 / 3).squareRoot()) < 1e-12)
    #expect(sumWithError([1]).error == nil)
  }
}
