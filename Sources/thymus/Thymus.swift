@main
struct Thymus {
  static func main() {}
}
