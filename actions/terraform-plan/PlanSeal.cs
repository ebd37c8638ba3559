using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Actions.Shared;

namespace Actions.TerraformPlanning;

/// <summary>What a sealed plan belongs to. It opens only for exactly this.</summary>
/// <param name="Repository"><c>owner/name</c>; empty outside GitHub.</param>
/// <param name="PullRequest">Number of the pull request; 0 for none.</param>
/// <param name="Sha">The commit that was planned; empty outside GitHub.</param>
/// <param name="Root">The root, relative to the workspace.</param>
/// <param name="Digest">Digest of the plan.</param>
internal sealed record PlanBinding(string Repository, int PullRequest, string Sha, string Root, string Digest)
{
    /// <summary>Unambiguous bytes: every part with its length.</summary>
    public byte[] Bytes()
    {
        using var result = new MemoryStream();
        var length = new byte[4];
        foreach (var part in new[] { Repository, PullRequest.ToString(System.Globalization.CultureInfo.InvariantCulture), Sha, Root, Digest })
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            result.Write(length);
            result.Write(bytes);
        }

        return result.ToArray();
    }
}

/// <summary>
/// A plan's JSON, compressed and encrypted with AES-256-GCM under a key that is derived from a secret (HKDF-SHA256), for an artifact that every reader of
/// the repository may download. Associated data is the binding, so that it opens for no other repository, pull request, commit, root or digest.
/// Layout: <c>TFPLAN1\n</c>, 32 bytes salt, 12 bytes nonce, 16 bytes tag, the rest.
/// </summary>
internal static class PlanSeal
{
    /// <summary>The shortest secret that is taken, in UTF-16 units.</summary>
    public const int ShortestSecret = 16;

    private const int SaltSize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const long MaxPlain = 512L << 20;
    private static readonly byte[] Magic = "TFPLAN1\n"u8.ToArray();

    /// <summary>The key for digests, derived from the same secret.</summary>
    public static byte[] DigestKey(string secret) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, salt: null, info: "terraform-plan digest"u8.ToArray());

    public static byte[] Close(ReadOnlySpan<byte> plan, string secret, PlanBinding binding)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(plan);
        }

        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var plain = compressed.ToArray();
        var result = new byte[Magic.Length + SaltSize + NonceSize + TagSize + plain.Length];
        var span = result.AsSpan();
        Magic.CopyTo(span);
        salt.CopyTo(span[Magic.Length..]);
        var nonce = span.Slice(Magic.Length + SaltSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(Key(secret, salt), TagSize);
        aes.Encrypt(nonce, plain, span[(Magic.Length + SaltSize + NonceSize + TagSize)..], span.Slice(Magic.Length + SaltSize + NonceSize, TagSize), binding.Bytes());
        return result;
    }

    /// <param name="sealedPlan">What <see cref="Close"/> gave.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="binding">What it must belong to.</param>
    /// <param name="name">How messages call it.</param>
    /// <exception cref="ActionException">It is not a sealed plan, was changed, belongs to something else, or the secret is another.</exception>
    public static byte[] Open(byte[] sealedPlan, string secret, PlanBinding binding, string name)
    {
        var span = sealedPlan.AsSpan();
        var header = Magic.Length + SaltSize + NonceSize + TagSize;
        if (span.Length <= header || !span.StartsWith(Magic))
        {
            throw new ActionException($"{name} is not a sealed plan", $"{sealedPlan.Length} bytes without its beginning", "Give the file that `plan-file` of a plan was.");
        }

        var plain = new byte[span.Length - header];
        using var aes = new AesGcm(Key(secret, span.Slice(Magic.Length, SaltSize)), TagSize);
        try
        {
            aes.Decrypt(span.Slice(Magic.Length + SaltSize, NonceSize), span[header..], span.Slice(Magic.Length + SaltSize + NonceSize, TagSize), plain, binding.Bytes());
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new ActionException(
                $"{name} does not open",
                $"it was changed, the secret is another, or it does not belong to {(binding.Repository.Length > 0 ? binding.Repository : "this directory")}, "
                + $"pull request {binding.PullRequest}, commit {(binding.Sha.Length > 0 ? binding.Sha : "(none)")}, root {binding.Root}, digest {binding.Digest}",
                "Plan this commit again and approve that plan.", exitCode: ExitCode.Findings, inner: e);
        }

        using var gzip = new GZipStream(new MemoryStream(plain), CompressionMode.Decompress);
        using var result = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = gzip.Read(buffer)) > 0)
        {
            if (result.Length + count > MaxPlain)
            {
                throw new ActionException($"{name} is too large", "its plan has more than 512 MiB", "Split the root.");
            }

            result.Write(buffer, 0, count);
        }

        return result.ToArray();
    }

    private static byte[] Key(string secret, ReadOnlySpan<byte> salt) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, salt.ToArray(), "terraform-plan artifact"u8.ToArray());
}
