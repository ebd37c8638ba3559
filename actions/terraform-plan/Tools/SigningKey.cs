using System.Reflection;
using Actions.Shared;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Actions.TerraformPlanning.Tools;

/// <summary>A public OpenPGP key, known by its fingerprint, that detached signatures are held against.</summary>
internal sealed class SigningKey
{
    private readonly PgpPublicKey _key;

    private SigningKey(PgpPublicKey key) => _key = key;

    /// <summary>The key of a vendor, from the program itself.</summary>
    public static SigningKey Of(ToolVendor vendor)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"keys/{vendor.ToolCacheName}")
            ?? throw new InvalidOperationException($"The key of {vendor.Name} is not in the program.");
        return Read(stream, vendor.Fingerprint);
    }

    /// <summary>Reads a key, armoured or not, and makes sure that it is the expected one.</summary>
    /// <exception cref="InvalidOperationException">There is no key of that fingerprint.</exception>
    public static SigningKey Read(Stream stream, string fingerprint)
    {
        var rings = new PgpPublicKeyRingBundle(PgpUtilities.GetDecoderStream(stream));
        var key = rings.GetKeyRings().SelectMany(r => r.GetPublicKeys()).FirstOrDefault(k => Convert.ToHexString(k.GetFingerprint()) == fingerprint);
        return key is null ? throw new InvalidOperationException($"The key is not {fingerprint}.") : new SigningKey(key);
    }

    /// <summary>Throws unless <paramref name="signature"/> is this key's over exactly <paramref name="data"/>.</summary>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">A detached signature, armoured or not.</param>
    /// <param name="file">How messages call what was signed.</param>
    /// <exception cref="ActionException">It is not; nothing of the data may be trusted.</exception>
    public void Demand(byte[] data, byte[] signature, string file)
    {
        var problem = Problem(data, signature);
        if (problem.Length > 0)
        {
            throw new ActionException(
                $"{file} is not signed by who should have signed it",
                $"{problem}; expected key {Convert.ToHexString(_key.GetFingerprint())}",
                "Do not use this download. Check `tool-mirror`; if it is not set, somebody between the runner and the releases may have changed the files.",
                exitCode: ExitCode.DependencyUnreachable);
        }
    }

    private string Problem(byte[] data, byte[] signature)
    {
        try
        {
            using var stream = PgpUtilities.GetDecoderStream(new MemoryStream(signature));
            if (new PgpObjectFactory(stream).NextPgpObject() is not PgpSignatureList { Count: > 0 } list)
            {
                return "there is no signature";
            }

            for (var i = 0; i < list.Count; i++)
            {
                // A text signature would be over something else than the bytes that were read.
                if (list[i].KeyId == _key.KeyId && list[i].SignatureType == PgpSignature.BinaryDocument)
                {
                    list[i].InitVerify(_key);
                    list[i].Update(data);
                    return list[i].Verify() ? "" : "the signature is not over these bytes";
                }
            }

            return $"the signature is by key {list[0].KeyId:X16}";
        }
        catch (Exception e) when (e is IOException or PgpException or ArgumentException or InvalidCastException or InvalidOperationException)
        {
            return "the signature cannot be read";
        }
    }
}
