package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignatureMethod;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.xml.security.encryption.EncryptedKey;
import org.apache.xml.security.encryption.XMLCipher;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** XML encryption by Apache Santuario, XML signatures by the JDK. */
class XmlIT extends OpaqueKeys {
  private static Document document() throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader("<order><item>tea</item></order>")));
  }

  @Test
  void santuarioWrapsTheKeyOfADocument() throws Exception {
    org.apache.xml.security.Init.init();
    Document document = document();
    KeyGenerator generator = KeyGenerator.getInstance("AES");
    generator.init(256);
    SecretKey session = generator.generateKey();
    XMLCipher wrapping = XMLCipher.getInstance(XMLCipher.AES_256_KeyWrap);
    wrapping.init(XMLCipher.WRAP_MODE, key);
    EncryptedKey wrapped = wrapping.encryptKey(document, session);

    XMLCipher data = XMLCipher.getInstance(XMLCipher.AES_256_GCM);
    data.init(XMLCipher.ENCRYPT_MODE, session);
    data.doFinal(document, document.getDocumentElement(), true);
    assertThat(document.getDocumentElement().getTextContent()).doesNotContain("tea");

    XMLCipher unwrapping = XMLCipher.getInstance();
    unwrapping.init(XMLCipher.UNWRAP_MODE, key);
    SecretKey again = (SecretKey) unwrapping.decryptKey(wrapped, XMLCipher.AES_256_GCM);
    XMLCipher back = XMLCipher.getInstance();
    back.init(XMLCipher.DECRYPT_MODE, again);
    Document opened = back.doFinal(document, document.getDocumentElement(), true);
    assertThat(opened.getDocumentElement().getTextContent()).isEqualTo("tea");
  }

  @Test
  void xmlSignaturesByHmac() throws Exception {
    XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
    Reference whole =
        factory.newReference(
            "",
            factory.newDigestMethod(DigestMethod.SHA256, null),
            List.of(factory.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null)),
            null,
            null);
    SignedInfo info =
        factory.newSignedInfo(
            factory.newCanonicalizationMethod(
                CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
            factory.newSignatureMethod(SignatureMethod.HMAC_SHA256, null),
            List.of(whole));
    Document document = document();
    factory
        .newXMLSignature(info, null)
        .sign(new DOMSignContext(macKey, document.getDocumentElement()));
    assertThat(isValid(factory, document)).isTrue();
    document.getElementsByTagName("item").item(0).setTextContent("coffee");
    assertThat(isValid(factory, document)).isFalse();
  }

  private boolean isValid(XMLSignatureFactory factory, Document document) throws Exception {
    Node signature =
        document.getElementsByTagNameNS("http://www.w3.org/2000/09/xmldsig#", "Signature").item(0);
    DOMValidateContext context = new DOMValidateContext(macKey, signature);
    return factory.unmarshalXMLSignature(context).validate(context);
  }
}
