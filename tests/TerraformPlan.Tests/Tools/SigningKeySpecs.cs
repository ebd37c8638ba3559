using System.Reflection;
using System.Text;
using Actions.Shared;
using Actions.TerraformPlanning.Tools;

namespace Actions.TerraformPlanning.Tests.Tools;

/// <summary>Held against real releases: Terraform 1.9.8 and OpenTofu 1.8.5, as they were published.</summary>
public sealed class SigningKeySpecs
{
    [Theory]
    [InlineData(0, "terraform_1.9.8_SHA256SUMS", "terraform_1.9.8_SHA256SUMS.sig")]
    [InlineData(1, "tofu_1.8.5_SHA256SUMS", "tofu_1.8.5_SHA256SUMS.gpgsig")]
    public void The_vendors_key_accepts_a_real_release(int kind, string sums, string signature) =>
        Should.NotThrow(() => KeyOf(kind).Demand(Fixture(sums), Fixture(signature), sums));

    [Fact]
    public void A_list_that_was_changed_by_one_digit_or_one_byte_is_refused()
    {
        var sums = Fixture("terraform_1.9.8_SHA256SUMS");
        var signature = Fixture("terraform_1.9.8_SHA256SUMS.sig");
        var changed = (byte[])sums.Clone();
        changed[0] = (byte)'c';

        Refusal(0, changed, signature).ShouldContain("not over these bytes");
        Refusal(0, [.. sums, (byte)'\n'], signature).ShouldContain("not over these bytes");
        Refusal(0, sums[..^1], signature).ShouldContain("not over these bytes");
    }

    [Fact]
    public void A_signature_by_anybody_else_is_refused_with_both_keys() =>
        Refusal(1, Fixture("terraform_1.9.8_SHA256SUMS"), Fixture("terraform_1.9.8_SHA256SUMS.sig"))
            .ShouldBe("the signature is by key C820C6D5CD27AB87; expected key E3E6E43D84CB852EADB0051D0C0AF313E5FD9F80");

    [Fact]
    public void What_is_no_signature_is_refused()
    {
        var sums = Fixture("terraform_1.9.8_SHA256SUMS");
        var signature = Fixture("terraform_1.9.8_SHA256SUMS.sig");

        foreach (var broken in new[] { [], Encoding.ASCII.GetBytes("not found"), signature[..100], new byte[566], Fixture("tofu_1.8.5_SHA256SUMS") })
        {
            Refusal(0, sums, broken).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void A_key_of_another_fingerprint_is_not_read()
    {
        using var key = Assembly.GetAssembly(typeof(SigningKey))!.GetManifestResourceStream("keys/opentofu")!;

        Should.Throw<InvalidOperationException>(() => SigningKey.Read(key, ToolVendor.Of(ToolKind.Terraform).Fingerprint));
    }

    private static string Refusal(int kind, byte[] sums, byte[] signature) => Should.Throw<ActionException>(() => KeyOf(kind).Demand(sums, signature, "SUMS")).Detail;

    private static SigningKey KeyOf(int kind) => SigningKey.Of(ToolVendor.Of((ToolKind)kind));

    private static byte[] Fixture(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"fixtures/{name}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
