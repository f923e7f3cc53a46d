# Homebrew formula. Tried: ruby -c. Not tried: brew install, brew audit.
# scripts/package/dist fills in what is between two @.
class Fxpipe < Formula
  desc "Move NDJSON between a shell and streams and tables"
  homepage "@HOME_PAGE@"
  url "@HOME_PAGE@/fxpipe-@VERSION@.tar.gz"
  sha256 "@SHA256@"
  license all_of: ["MIT", "CC-BY-4.0"]

  depends_on "pkgconf" => :build
  depends_on "bash"
  depends_on "cjson"
  depends_on "coreutils"
  depends_on "jq"
  depends_on "libmicrohttpd"
  depends_on "openssl@3"
  depends_on "sqlite"
  depends_on "zstd"

  uses_from_macos "curl"
  uses_from_macos "zlib"

  def install
    system "make", "PREFIX=#{prefix}", "install"
  end

  test do
    ENV["FX_HOME"] = testpath/"data"
    (testpath/"lines").write "{\"id\":1}\n"
    system "sh", "-c", "#{bin}/kput -q -s orders -k id <lines"
    assert_equal "{\"id\":1}\n", shell_output("#{bin}/kread -s orders")
  end
end
