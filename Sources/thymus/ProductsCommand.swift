import ArgumentParser
import Dosing
import Reports
import RunFiles

struct ProductsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "products", abstract: "List the dosing rules and prove their files.",
    discussion: """
      thymus products              every product with its rule
      thymus products show ID      one product whole, with its sources
      thymus products check        read every file strictly; exit 65 with every fault
      thymus products check FILE   the same for your own file, or a folder of them; what can be and
                                   is more likely a slip is noted with its line, with exit code 0
      """,
    subcommands: [List.self, Show.self, Check.self], defaultSubcommand: List.self)

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

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "One product whole, in words, with its sources.")
    @Argument(help: "Id of a shipped product, or a product file.") var product: String
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      let found = try ProductRegistry.product(
        product, directory: data.folder().path + "/products")
      try Deliver.result(ProductPage.sheet(found), record: ProductPage.record([found]), to: output)
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Read every product file strictly.")
    @Argument(help: "Product file, or folder of them (default: the shipped ones).")
    var path: String?
    @OptionGroup var data: DataOptions

    func run() throws {
      let place = try path ?? data.folder().path + "/products"
      let checked = try ProductRegistry.checked(fileOrFolder: place)
      try Deliver.text(
        ProductPage.check(checked.map(\.product), notes: checked.flatMap(\.notes), of: place))
    }
  }
}
