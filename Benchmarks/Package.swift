// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// One driver a question; each is called by the script of its name.
func driver(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["Timing", .product(name: "Thymus", package: "thymus")],
    swiftSettings: strict)
}

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "thymus", path: "..")],
  targets: [
    .target(name: "Timing", swiftSettings: strict),
    driver("calibrate"),
    driver("capacity"),
    driver("cohort"),
    driver("fit"),
    driver("population"),
    driver("harvest-calibration"),
    driver("solve"),
    driver("start"),
  ]
)
