import Quantities
import RunFiles
import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Measured densities against the dilution fraction with the proportional line.
enum CounterFigure {
  /// Per cent of the axis by which a preparation stands beside its fraction, so that its readings are
  /// seen apart from those of the others.
  private static func shift(
    _ reading: DilutionSeriesFile.Reading, _ readings: [DilutionSeriesFile.Reading]
  ) -> Double {
    var names: [String] = []
    for other in readings where other.fraction == reading.fraction {
      if !names.contains(other.replicate) { names.append(other.replicate) }
    }
    let index = names.firstIndex(of: reading.replicate) ?? 0
    return Double(2 * index - names.count + 1) * min(0.6, 3 / Double(names.count))
  }

  static func figure(_ e: CounterEvaluation) -> Figure {
    let readings = e.file.readings
    let top = readings.map(\.fraction).max() ?? 1
    let x = (0...100).map { top * 1.03 * Double($0) / 100 }
    let exposures = readings.compactMap { $0.count?.exposure }
    let exposure = exposures.reduce(0, +) / Double(max(1, exposures.count))
    func sd(_ fraction: Double) -> Double {
      let mean = e.line.stock * fraction
      let counting = exposure > 0 ? mean / exposure : 0
      return (counting + e.variance.cvExtra * e.variance.cvExtra * mean * mean).squareRoot()
    }
    let mean = x.map { e.line.stock * $0 }
    let points = readings.map { reading in
      DataPoint(
        x: 100 * reading.fraction + shift(reading, readings) * top, y: reading.density,
        tooltip: "\(NumberText.significant(100 * reading.fraction)) %, replicate "
          + "\(reading.replicate): \(Shown.number(reading.density, 4)) 1e6 cells/mL "
          + "(\(reading.place))")
    }
    let levels = e.line.levels.map { DataPoint(x: 100 * $0.fraction, y: $0.mean) }
    let percent = x.map { 100 * $0 }
    return Figure(
      title: "\(e.title): measured against dilution",
      description:
        "Density of \(e.noun) cells found at each target dilution fraction, with the line "
        + "through the origin that fits best, the mean of each fraction, and the band in which 95 % "
        + "of single readings are expected. Prepared dilutions of a fraction stand side by side.",
      x: Axis("Dilution fraction", unit: "%", from: 0, to: 103 * top),
      y: Axis("Density found", unit: "1e6 cells/mL", from: 0),
      layers: [
        .band(
          x: percent, lower: zip(x, mean).map { max(0, $1 - 1.96 * sd($0)) },
          upper: zip(x, mean).map { $1 + 1.96 * sd($0) }, style: .band(.sky, fill: 0.25),
          label: "one reading, 95 %"),
        .line(x: percent, y: mean, style: Style(.blue), label: "proportional line"),
        .points(points, style: Style(.black), label: "reading"),
        .points(levels, style: Style(.vermillion, marker: .diamond), label: "mean of the fraction"),
      ])
  }
}
