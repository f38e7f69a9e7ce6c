// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "thymus", path: "..")],
  targets: [
    .executableTarget(
      name: "speed",
      dependencies: [.product(name: "Thymus", package: "thymus")],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
