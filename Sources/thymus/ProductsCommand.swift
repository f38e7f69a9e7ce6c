import ArgumentParser
import Dosing
import Reports
import RunFiles

struct ProductsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "products", abstract: "List the dosing rules and prove their files.",
    discussion: """
      thymus products              every product with its rule and its source
      thymus products check        read every file strictly; exit 65 with every fault
      """,
    subcommands: [List.self, Check.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Every product with its rule.")
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      let products = try ProductRegistry.load(directory: data.folder().path + "/products")
      try Deliver.result(
        ProductPage.list(products), record: ProductPage.record(products), to: output)
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Read every product file strictly.")
    @Argument(help: "Folder of product files (default: the shipped ones).") var folder: String?
    @OptionGroup var data: DataOptions

    func run() throws {
      let path = try folder ?? data.folder().path + "/products"
      let products = try ProductRegistry.load(directory: path)
      let refused = products.filter { $0.dose == nil }
      try Deliver.text(
        "\(path): \(products.count) products are sound; \(refused.count) of them are refused until "
          + "their dose is read\(refused.isEmpty ? "" : ": " + refused.map(\.id).joined(separator: ", ")).\n"
      )
    }
  }
}
