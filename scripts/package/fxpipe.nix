# Nix expression, for nixpkgs' callPackage. Tried: nix-instantiate --parse. Not tried: a build.
# scripts/package/dist fills in what is between two @.
{
  lib,
  stdenv,
  fetchurl,
  pkg-config,
  patchelf,
  cjson,
  curl,
  libmicrohttpd,
  openssl,
  sqlite,
  zlib,
  zstd,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "fxpipe";
  version = "@VERSION@";

  src = fetchurl {
    url = "@HOME_PAGE@/fxpipe-${finalAttrs.version}.tar.gz";
    sha256 = "@SHA256@";
  };

  nativeBuildInputs = [
    pkg-config
    patchelf
  ];
  buildInputs = [
    cjson
    curl
    libmicrohttpd
    openssl
    sqlite
    zlib
    zstd
  ];

  # The scripts run bash by env, also while building.
  postPatch = "patchShebangs scripts";
  makeFlags = [ "PREFIX=${placeholder "out"}" ];
  enableParallelBuilding = true;

  # libcurl is loaded when the network is used, so the linker does not note where it is.
  postFixup = ''
    for program in $out/bin/*; do
      patchelf --add-rpath ${lib.getLib curl}/lib $program 2>/dev/null || true
    done
  '';

  meta = {
    description = "Move NDJSON between a shell and streams and tables";
    homepage = "@HOME_PAGE@";
    license = with lib.licenses; [
      mit
      cc-by-40
    ];
    platforms = lib.platforms.unix;
  };
})
