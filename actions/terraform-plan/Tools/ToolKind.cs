namespace Actions.TerraformPlanning.Tools;

/// <summary>Which of the two programs plans.</summary>
internal enum ToolKind
{
    /// <summary>HashiCorp's.</summary>
    Terraform,

    /// <summary>The fork under the Linux Foundation.</summary>
    Opentofu,
}

/// <summary>What sets the two programs apart: their names, where they are released, and by whose key.</summary>
/// <param name="Name">As people write it.</param>
/// <param name="Program">Name of the executable.</param>
/// <param name="VersionFiles">Files that name a version, the first that is there counts.</param>
/// <param name="ToolCacheName">Folder in the runner's tool cache.</param>
/// <param name="Releases">Where releases are; a mirror has the same files below another address.</param>
/// <param name="Signature">What the name of the signature adds to that of the checksums.</param>
/// <param name="VersionPrefix">What stands before the version in the folder of a release.</param>
/// <param name="Fingerprint">Fingerprint of the key that signs the checksums, in capitals.</param>
/// <param name="JsonInit">The minor version of 1 with which <c>init -json</c> came.</param>
internal sealed record ToolVendor(
    string Name, string Program, IReadOnlyList<string> VersionFiles, string ToolCacheName, Uri Releases, string Signature, string VersionPrefix, string Fingerprint, ulong JsonInit)
{
    // https://www.hashicorp.com/trust/security: the signing subkey of "HashiCorp Security", which has signed every release since 1.2.
    private static readonly ToolVendor Terraform = new(
        "Terraform", "terraform", [".terraform-version"], "terraform", new Uri("https://releases.hashicorp.com/terraform/"), ".sig", "", "374EC75B485913604A831CC7C820C6D5CD27AB87", 9);

    // https://opentofu.org/docs/intro/install/standalone: the file .sig beside it is of another kind (cosign).
    private static readonly ToolVendor OpenTofu = new(
        "OpenTofu", "tofu", [".opentofu-version", ".terraform-version"], "opentofu", new Uri("https://github.com/opentofu/opentofu/releases/download/"), ".gpgsig", "v",
        "E3E6E43D84CB852EADB0051D0C0AF313E5FD9F80", 8);

    public static ToolVendor Of(ToolKind kind) => kind == ToolKind.Terraform ? Terraform : OpenTofu;

    /// <summary>Name of the archive for a platform such as <c>linux_amd64</c>.</summary>
    public string ArchiveName(string version, string platform) => $"{Program}_{version}_{platform}.zip";

    public string SumsName(string version) => $"{Program}_{version}_SHA256SUMS";

    /// <summary>Address of a file of a release.</summary>
    public Uri Address(Uri releases, string version, string file) =>
        new(releases.AbsoluteUri.EndsWith('/') ? releases : new Uri(releases.AbsoluteUri + "/"), $"{VersionPrefix}{version}/{file}");
}
